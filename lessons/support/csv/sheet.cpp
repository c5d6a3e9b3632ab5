#include "support/csv/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "support/csv/rows.hpp"
#include "support/text.hpp"
#include "support/text_file.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson::csv {
namespace {

// A name on one line, with no white space around it.
std::string clean_text(std::string_view field) {
  std::string text(field);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  return std::string(trimmed(text));
}

}  // namespace

std::string shown_field(std::string_view field) { return tg::shown(trimmed(field), 30); }

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (const std::string_view name = trimmed(text.substr(0, end)); !name.empty()) list.emplace_back(name);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

Sheet::Sheet(const std::string& path, const CsvOptions& options)
    : path_(tg::shown_path(path)),
      text_(read_text("csv", path, "From a spreadsheet, save the table as CSV in UTF-8")),
      options_(options),
      split_(csv::split(path_, text_, options.separator, options.header)) {
  if (options.header != "auto" && options.header != "yes" && options.header != "no")
    tg::fail("csv", "--header is \"{}\"; auto, yes or no is needed", shown_field(options.header));
  if (split_.rows.empty())
    tg::fail("csv", "{}: the file {}; a table of numbers is needed", path_,
             split_.comments ? "holds comments alone" : "is empty");
  drop_empty_ends(split_);
  check_rows(path_, split_);
  if (split_.rows[0].fields.size() == 1 && split_.first_blank && options_.missing.empty())
    tg::fail(
        "csv",
        "{}, line {}: the line is blank; in a table of one column that may be a missing number. Take the "
        "line out, or say --missing empty",
        path_, split_.first_blank);
  read_cells();
  read_names();
  if (first_ == cells_.rows())
    tg::fail("csv", "{}: a row of names and nothing after it; at least one row of numbers is needed{}", path_,
             split_.comments ? fmt::format(". {} lines begin with #, so they are comments", split_.comments)
                             : "");
}

std::string Sheet::clean(std::size_t row, std::size_t column) const { return clean_text(plain(row, column)); }

std::string Sheet::plain(std::size_t row, std::size_t column) const {
  const std::string_view field = split_.rows[row].fields[column];
  if (!field.starts_with('"')) return std::string(field);
  std::string text;
  std::size_t at = 1;
  for (; field[at] != '"' || field.substr(at + 1).starts_with('"'); ++at) {
    text += field[at];
    at += field[at] == '"';
  }
  if (at + 1 != field.size())
    fail_at(row, column, fmt::format("there is text after the closing quote: {}", shown_field(field)));
  return text;
}

void Sheet::read_cells() {
  cells_.columns = split_.rows[0].fields.size();
  struct Word {
    std::string text;
    Number number;
    bool found;
  };
  std::vector<Word> words;
  for (const std::string& word : list_of(options_.missing))
    if (word != "none") words.push_back({word == "empty" ? "" : word, read_number(word), false});
  for (std::size_t row = 0; row < split_.rows.size(); ++row)
    for (std::size_t column = 0; column < cells_.columns; ++column) {
      const std::string field = plain(row, column);
      Number number = read_number(field);
      for (Word& word : words) {
        const bool same = word.number.kind == Kind::number && number.kind == Kind::number
                              ? word.number.value == number.value
                              : trimmed(field) == word.text;
        if (!same) continue;
        number.kind = Kind::absent;
        word.found = true;
      }
      cells_.all.push_back(number);
    }
  for (const Word& word : words)
    if (!word.found && !(word.text.empty() && cells_.columns == 1 && split_.blanks))
      tg::fail("csv", "{}: no field is \"{}\", which --missing names; look at how the file writes it", path_,
               word.text.empty() ? "empty" : shown_field(word.text));
}

void Sheet::read_names() {
  names_.clear();
  for (std::size_t column = 0; column < cells_.columns; ++column) names_.push_back(clean(0, column));
  Verdict verdict = {options_.header == "yes" ? FirstRow::names : FirstRow::data, "--header"};
  if (options_.header == "auto") verdict = verdict_on_first_row(cells_, names_);
  if (verdict.holds == FirstRow::doubtful)
    tg::fail("csv",
             "{}, line {}: {} may be names or numbers; nothing tells. --header yes takes the line for names, "
             "--header no for numbers",
             path_, line(0), verdict.why);
  first_ = verdict.holds == FirstRow::names ? 1 : 0;
  header_ = first_ ? fmt::format("line {}: names, since {} (else --header no)", line(0), verdict.why)
                   : fmt::format("line {}: {} (else --header yes)", line(0), verdict.why);
  if (options_.header != "auto")
    header_ = fmt::format("line {}: {} (--header)", line(0), first_ ? "names" : "numbers");
  has_names_ = first_ > 0;
  if (!has_names_ && options_.header == "auto") take_names_of_comment();
  for (std::size_t column = 0; column < names_.size(); ++column)
    if (!has_names_ || names_[column].empty()) names_[column] = fmt::format("column {}", column + 1);
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t column = 0; column < names_.size(); ++column) {
    const auto [same, is_new] = seen.emplace(names_[column], column);
    if (!is_new)
      tg::fail("csv", "{}, line {}: columns {} and {} are both named \"{}\"; names must differ", path_,
               line(0), same->second + 1, column + 1, shown_field(names_[column]));
  }
}

// A comment before the numbers, of as many fields, none of them a number.
void Sheet::take_names_of_comment() {
  const std::vector<std::string_view>& fields = split_.comment.fields;
  if (fields.size() != cells_.columns) return;
  std::vector<std::string> found;
  for (const std::string_view field : fields) found.push_back(clean_text(field));
  const auto is_name = [](const std::string& name) {
    const Kind kind = read_number(name).kind;
    return kind == Kind::text || kind == Kind::empty;
  };
  if (!std::all_of(found.begin(), found.end(), is_name)) return;
  names_ = found;
  has_names_ = true;
  header_ = fmt::format("line {}, a comment: names, since it has as many fields, none of them a number",
                        split_.comment.line);
}

std::string Sheet::named(std::size_t column) const {
  return has_names_ ? fmt::format(" ({})", shown_field(names_[column])) : "";
}

void Sheet::fail_at(std::size_t row, std::size_t column, const std::string& what) const {
  const std::string name = column < names_.size() ? named(column) : "";
  tg::fail("csv", "{}, line {}, column {}{}: {}", path_, line(row), column + 1, name, what);
}

}  // namespace lesson::csv
