#include "support/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "support/nearest.hpp"
#include "support/text_file.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

// A name or number on one line, with no spaces around it.
std::string clean(std::string_view field) {
  std::string text(field);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  text.erase(text.find_last_not_of(' ') + 1);
  return text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
}

std::string shown(std::string_view field) {
  return tg::shown(field.substr(0, field.find_last_not_of(' ') + 1), 30);
}

char separator_of(std::string_view text) {
  bool quoted = false;
  char found = ',';
  for (char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == ',') return c;
    if (c == '\n' || c == '\r') break;
    if (c == ';' || (c == '\t' && found != ';')) found = c;
  }
  return found;
}

// As std::from_chars, and takes a plus sign.
std::from_chars_result parse(std::string_view field, double& value) {
  if (field.starts_with('+') && !field.starts_with("+-")) field.remove_prefix(1);
  return std::from_chars(field.data(), field.data() + field.size(), value);
}

bool is_number(std::string_view field) {
  double value;
  const auto [stop, status] = parse(field, value);
  return status != std::errc::invalid_argument && stop == field.data() + field.size();
}

class Reader {
 public:
  explicit Reader(const std::string& path)
      : path_(tg::shown_path(path)),
        text_(read_text("csv", path, "From a spreadsheet, save the table as CSV in UTF-8")),
        separator_(separator_of(text_)) {}

  Csv table() {
    if (!next_row()) tg::fail("csv", "{}: the file is empty; a table of numbers is needed", path_);
    read_names();
    bool more = !has_names_ || next_row();
    if (!more)
      tg::fail("csv", "{}: a row of names and nothing after it; at least one row of numbers is needed",
               path_);
    Csv csv;
    for (; more; more = next_row(), ++csv.rows) {
      check_length();
      csv.lines.push_back(line_);
      for (std::size_t column = 0; column < fields_.size(); ++column) csv.values.push_back(number(column));
    }
    csv.columns = static_cast<int>(names_.size());
    csv.names = std::move(names_);
    return csv;
  }

 private:
  // Takes the fields of the next row, quoted ones still in their quotes; false when there is none.
  bool next_row() {
    if (at_ == text_.size()) return false;
    const std::string_view text = text_, blanks = separator_ == '\t' ? " " : " \t";
    line_ = next_line_++;
    fields_.clear();
    for (;;) {
      at_ = std::min(text.find_first_not_of(blanks, at_), text.size());
      const std::size_t start = at_;
      if (text.substr(at_).starts_with('"')) skip_quoted();
      while (at_ < text.size() && text[at_] != separator_ && text[at_] != '\n' && text[at_] != '\r') ++at_;
      const std::string_view field = text.substr(start, at_ - start);
      fields_.push_back(field.substr(0, field.find_last_not_of(blanks) + 1));
      if (at_ == text.size()) return true;
      const char end = text[at_++];
      if (end == '\r' && text.substr(at_).starts_with('\n')) ++at_;
      if (end != separator_) return true;
    }
  }

  // From a quote to behind the one that closes it. Two in a row stand for one and close nothing.
  void skip_quoted() {
    const std::size_t open = at_;
    do {
      at_ = text_.find('"', at_ + 1);
      if (at_ == std::string::npos)
        tg::fail("csv", "{}, line {}: a double quote opens and none closes it: {}", path_, line_,
                 shown(std::string_view(text_).substr(open)));
    } while (text_[++at_] == '"');
    next_line_ += static_cast<int>(std::count(&text_[open], &text_[at_], '\n'));
  }

  // A field without its quotes.
  std::string plain(std::size_t column) const {
    const std::string_view field = fields_[column];
    if (!field.starts_with('"')) return std::string(field);
    std::string text;
    std::size_t at = 1;
    for (; field[at] != '"' || field.substr(at + 1).starts_with('"'); ++at) {
      text += field[at];
      at += field[at] == '"';
    }
    if (at + 1 != field.size())
      fail_at(column, fmt::format("there is text after the closing quote: {}", shown(field)));
    return text;
  }

  void read_names() {
    names_.resize(fields_.size());
    bool any_number = false, any_text = false;
    for (std::size_t column = 0; column < fields_.size(); ++column) {
      names_[column] = clean(plain(column));
      any_number = any_number || is_number(names_[column]);
      any_text = any_text || !names_[column].empty();
    }
    has_names_ = any_text && !any_number;
    std::unordered_map<std::string_view, std::size_t> seen;
    for (std::size_t column = 0; column < names_.size(); ++column) {
      std::string& name = names_[column];
      if (!has_names_ || name.empty()) name = fmt::format("column {}", column + 1);
      const auto [same, is_new] = seen.emplace(name, column);
      if (!is_new)
        tg::fail("csv", "{}, line 1: columns {} and {} are both named \"{}\"; names must differ", path_,
                 same->second + 1, column + 1, shown(name));
    }
  }

  void check_length() const {
    if (fields_.size() == 1 && fields_[0].empty())
      tg::fail("csv", "{}, line {}: the line is blank; blank lines may only stand at the end", path_, line_);
    if (fields_.size() != names_.size())
      tg::fail("csv", "{}, line {}: the number of fields is {}; it must be {}, as in the first row", path_,
               line_, fields_.size(), names_.size());
  }

  double number(std::size_t column) const {
    std::string unquoted;
    std::string_view field = fields_[column];
    if (field.starts_with('"')) field = unquoted = clean(plain(column));
    double value = 0;
    const auto [stop, status] = parse(field, value);
    const std::string_view rest = field.substr(static_cast<std::size_t>(stop - field.data()));
    if (status == std::errc() && rest.empty() && std::isfinite(value)) return value;
    refuse(column, field, status == std::errc::invalid_argument ? nullptr : &rest);
  }

  // Says why a field is no number; `rest` is what follows the number that it begins with.
  [[noreturn]] void refuse(std::size_t column, std::string_view field, const std::string_view* rest) const {
    const char* fill = "Fill the hole, or leave out the row or the column";
    if (field.empty()) fail_at(column, fmt::format("the field is empty; a number is needed. {}", fill));
    std::string why = "a number is needed. Leave out columns of text, and rows with holes";
    if (rest && rest->empty()) {
      double value;
      why = parse(field, value).ec == std::errc::result_out_of_range
                ? "a double goes from about 1e-308 to 1e308"
                : fmt::format("a finite number is needed. {}", fill);
    } else if (rest && (rest->front() == ',' || rest->front() == ';')) {
      why = "numbers need a decimal point, as in 1.5, and no comma";
    } else if (rest && (rest->front() == ' ' || rest->front() == '\t')) {
      why = "one number is needed. Separate columns by commas, semicolons or tabs";
    } else if (line_ == 1) {
      why = "a number is needed. Leave out columns of text; a first row of names has no number in it";
    }
    fail_at(column, fmt::format("got \"{}\"; {}", shown(field), why));
  }

  [[noreturn]] void fail_at(std::size_t column, const std::string& what) const {
    const std::string name = has_names_ ? fmt::format(" ({})", shown(names_[column])) : "";
    tg::fail("csv", "{}, line {}, column {}{}: {}", path_, line_, column + 1, name, what);
  }

  const std::string path_;  // as messages show it
  const std::string text_;
  const char separator_;
  std::size_t at_ = 0;
  int line_ = 0, next_line_ = 1;
  std::vector<std::string_view> fields_;
  std::vector<std::string> names_;
  bool has_names_ = false;
};

}  // namespace

double Csv::at(int row, int column) const {
  if (row < 0 || row >= rows || column < 0 || column >= columns)
    tg::fail("csv", "row {}, column {} of a table of {} rows and {} columns; both count from 0", row, column,
             rows, columns);
  return values[static_cast<std::size_t>(row) * names.size() + static_cast<std::size_t>(column)];
}

std::vector<double> Csv::values_of(int column) const {
  std::vector<double> found;
  for (int row = 0; row < rows; ++row) found.push_back(at(row, column));
  return found;
}

int Csv::column(const std::string& name_or_number) const {
  const auto named = std::find(names.begin(), names.end(), name_or_number);
  if (named != names.end()) return static_cast<int>(named - names.begin());
  int number = 0;
  const char* end = name_or_number.data() + name_or_number.size();
  const auto [stop, status] = std::from_chars(name_or_number.data(), end, number);
  const bool is_whole = status != std::errc::invalid_argument && stop == end;
  if (is_whole && number >= 1 && number <= columns) return number - 1;
  if (is_whole)
    tg::fail("csv", "there is no column {}; the columns are 1 to {}: {}", shown(name_or_number), columns,
             tg::shown_list(names));
  tg::fail("csv", "there is no column \"{}\"; did you mean \"{}\"? The columns are {}", shown(name_or_number),
           shown(nearest(name_or_number, names)), tg::shown_list(names));
}

Csv read_csv(const std::string& path) { return Reader(path).table(); }

}  // namespace lesson
