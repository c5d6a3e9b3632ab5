#include "support/csv/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "support/csv/numbers.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson::csv {
namespace {

struct Separator {
  const char* name;
  char sign;
};
// In the order in which equals are taken.
constexpr Separator separators[] = {
    {"tab", '\t'}, {"semicolon", ';'}, {"pipe", '|'}, {"comma", ','}, {"space", ' '}};
constexpr std::size_t looked_at = 1000;  // rows

class Splitter {
 public:
  Splitter(std::string_view text, char separator, int line = 1)
      : text_(text), separator_(separator), next_line_(line) {}

  // The next row that is no comment and has more than separators; false where there is none.
  bool next(Row& row) {
    row.blank_before = 0;
    while (at_ < text_.size()) {
      row.line = next_line_++;
      row.fields.clear();
      const std::size_t sign = std::min(text_.find_first_not_of(" \t", at_), text_.size());
      if (text_.substr(sign).starts_with('#')) {
        const std::size_t end = std::min(text_.find('\n', sign), text_.size());
        if (!any_) comment = {row.line, 0, {text_.substr(sign + 1, end - sign - 1)}};
        at_ = std::min(end + 1, text_.size());
        ++comments;
        continue;
      }
      take_fields(row);
      if (std::any_of(row.fields.begin(), row.fields.end(), [](auto field) { return !field.empty(); }))
        return any_ = true;
      ++blanks;
      if (any_) row.blank_before = row.line;
      if (any_ && first_blank == 0) first_blank = row.line;
    }
    return false;
  }

  Row comment;
  int comments = 0, blanks = 0, first_blank = 0;
  std::string_view unclosed;  // from a quote on that nothing closes
  int unclosed_line = 0;

 private:
  bool separates(char c) const { return c == separator_ || (separator_ == ' ' && c == '\t'); }

  void take_fields(Row& row) {
    const std::string_view blanks_here = separator_ == '\t' ? " " : " \t";
    for (;;) {
      at_ = std::min(text_.find_first_not_of(blanks_here, at_), text_.size());
      const std::size_t start = at_;
      if (text_.substr(at_).starts_with('"')) skip_quoted();
      while (at_ < text_.size() && text_[at_] != '\n' && !separates(text_[at_])) ++at_;
      const std::string_view field = text_.substr(start, at_ - start);
      // By space, nothing stands behind the last blanks of a line.
      if (separator_ != ' ' || !field.empty())
        row.fields.push_back(field.substr(0, field.find_last_not_of(blanks_here) + 1));
      if (at_ == text_.size() || text_[at_++] == '\n') return;
    }
  }

  // From a quote to behind the one that closes it. Two in a row stand for one and close nothing.
  void skip_quoted() {
    const std::size_t open = at_;
    do {
      at_ = text_.find('"', at_ + 1);
      if (at_ == std::string_view::npos) {
        if (unclosed.empty()) unclosed_line = next_line_ - 1;
        if (unclosed.empty()) unclosed = text_.substr(open);
        at_ = open + 1;
        return;
      }
    } while (++at_ < text_.size() && text_[at_] == '"');
    next_line_ += static_cast<int>(std::count(&text_[open], &text_[0] + at_, '\n'));
  }

  const std::string_view text_;
  const char separator_;
  std::size_t at_ = 0;
  int next_line_;
  bool any_ = false;
};

bool looks_like_number(std::string_view field) {
  if (field.size() >= 2 && field.starts_with('"') && field.ends_with('"'))
    field = field.substr(1, field.size() - 2);
  const Kind kind = read_number(field).kind;
  return kind == Kind::number || kind == Kind::thousands || kind == Kind::unit;
}

// What a separator makes of the first rows.
struct Trial {
  char separator = 0;
  std::vector<Row> rows;
  std::size_t fields = 1;  // in most rows
  double agreeing = 1;     // the share of rows that have so many
  double numbers = 0;      // the share of fields behind the first row that are numbers
  double score() const { return agreeing * (1 + numbers); }
};

Trial trial_of(std::string_view text, char separator) {
  Trial trial = {.separator = separator, .rows = {}};
  Splitter splitter(text, separator);
  std::map<std::size_t, int> counts;
  Row row;
  double fields = 0, numbers = 0;
  while (trial.rows.size() < looked_at && splitter.next(row)) {
    ++counts[row.fields.size()];
    trial.rows.push_back(row);
  }
  if (!splitter.unclosed.empty() || trial.rows.empty()) return trial;
  for (std::size_t i = trial.rows.size() > 1 ? 1 : 0; i < trial.rows.size(); ++i)
    for (const std::string_view field : trial.rows[i].fields) {
      fields += !field.empty();
      numbers += looks_like_number(field);
    }
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](auto& a, auto& b) { return a.second < b.second; });
  trial.fields = most->first;
  trial.agreeing = most->second / static_cast<double>(trial.rows.size());
  trial.numbers = fields > 0 ? numbers / fields : 0;
  return trial;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// 20,39: two whole numbers with nothing but a comma between them.
bool may_be_one_number(const Row& row) {
  if (row.fields.size() != 2) return false;
  std::string_view whole = row.fields[0];
  if (whole.starts_with('-') || whole.starts_with('+')) whole.remove_prefix(1);
  return all_digits(whole) && all_digits(row.fields[1]) &&
         row.fields[0].data() + row.fields[0].size() + 1 == row.fields[1].data();
}

// 1 234 567: groups of three digits with a blank between them.
bool may_be_thousands(const Row& row) {
  std::string_view first = row.fields[0];
  if (first.starts_with('-') || first.starts_with('+')) first.remove_prefix(1);
  return row.fields.size() > 1 && all_digits(first) && first.size() <= 3 &&
         std::all_of(row.fields.begin() + 1, row.fields.end(),
                     [](std::string_view group) { return all_digits(group) && group.size() == 3; });
}

template <class Test>
bool all_but_first(const std::vector<Row>& rows, Test test) {
  return rows.size() > 1 && std::all_of(rows.begin() + 1, rows.end(), test);
}

struct Choice {
  char separator = 0;
  std::string why;
};

Choice guess(const std::string& path, std::string_view text, bool has_names) {
  Trial best, space;
  for (const Separator& each : separators) {
    Trial trial = trial_of(text, each.sign);
    if (trial.fields < 2) continue;
    if (each.sign == ' ')
      space = std::move(trial);
    else if (best.fields < 2 || trial.score() > best.score())
      best = std::move(trial);
  }
  // Blanks stand within texts, so they separate only where nothing else does, or where they alone leave
  // numbers.
  const auto whole = [&](const Row& row) { return row.fields.size() == space.fields; };
  const bool all_alike = space.fields > 1 && all_but_first(space.rows, whole) &&
                         (whole(space.rows[0]) ||  // or a name is missing, as R leaves out that of the rows
                          (space.fields > 2 && space.rows[0].fields.size() == space.fields - 1));
  const bool by_space = (all_alike || (space.fields > 1 && space.agreeing == 1)) &&
                        (best.fields < 2 || (space.numbers == 1 && best.numbers < 1));
  if (by_space) best = std::move(space);
  if (best.fields < 2) return {0, "no line has one"};
  const Row& first = best.rows[0];
  const auto one_number = best.separator == ',' ? may_be_one_number : may_be_thousands;
  if ((best.separator == ',' || best.separator == ' ') && !has_names &&
      (all_but_first(best.rows, one_number) || best.rows.size() == 1)) {
    if (one_number(first)) {
      const std::string_view all(first.fields[0].data(), static_cast<std::size_t>(first.fields.back().data() -
                                                                                  first.fields[0].data()) +
                                                             first.fields.back().size());
      if (best.separator == ',')
        tg::fail(
            "csv",
            "{}, line {}: \"{}\" is one number with a decimal comma, or two columns; no line says which. "
            "--separator comma reads two columns, --separator semicolon one number",
            path, first.line, tg::shown(all, 30));
      tg::fail(
          "csv",
          "{}, line {}: \"{}\" is one number with blanks between its thousands, or {} columns; no line says "
          "which. --separator space reads columns; else write the number without blanks",
          path, first.line, tg::shown(all, 30), first.fields.size());
    }
    const bool one_name = first.fields.size() == 1 && best.rows.size() > 1 &&
                          first.fields[0].find_first_of(";|\t") == std::string_view::npos;
    if (one_name) return {0, "line 1 has one name"};
  }
  return {best.separator, fmt::format("{} fields in each line", best.fields)};
}

// Excel's first line "sep=;".
std::optional<Choice> declared(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  if (line.size() > 1 && line.starts_with('"') && line.ends_with('"')) line = line.substr(1, line.size() - 2);
  if (line.size() != 5 || (!line.starts_with("sep=") && !line.starts_with("SEP="))) return std::nullopt;
  text.remove_prefix(std::min(end + 1, text.size()));
  return Choice{line[4], "line 1 says so"};
}

}  // namespace

std::string name_of(char separator) {
  for (const Separator& each : separators)
    if (each.sign == separator) return each.name;
  return separator ? tg::shown(std::string(1, separator)) : "none";
}

Split split(const std::string& path, std::string_view text, const std::string& separator,
            const std::string& header) {
  const auto named = std::find_if(std::begin(separators), std::end(separators),
                                  [&](const Separator& each) { return each.name == separator; });
  if (named == std::end(separators) && separator != "auto")
    tg::fail("csv", "--separator is \"{}\"; auto, comma, semicolon, tab, pipe or space is needed",
             tg::shown(separator));
  const std::optional<Choice> excel = declared(text);
  Choice choice;
  if (named != std::end(separators))
    choice = {named->sign, "--separator"};
  else
    choice = excel ? *excel : guess(path, text, header == "yes");

  Split split;
  split.separator = choice.separator;
  split.why = choice.why;
  Splitter splitter(text, choice.separator, excel ? 2 : 1);
  for (Row row; splitter.next(row);) split.rows.push_back(row);
  if (!splitter.unclosed.empty())
    tg::fail("csv", "{}, line {}: a double quote opens and none closes it: {}", path, splitter.unclosed_line,
             tg::shown(splitter.unclosed, 30));
  split.comments = splitter.comments;
  split.blanks = splitter.blanks;
  split.first_blank = splitter.first_blank;
  if (splitter.comment.line > 0) {
    Splitter names(splitter.comment.fields[0], choice.separator, splitter.comment.line);
    names.next(split.comment);
  }
  return split;
}

}  // namespace lesson::csv
