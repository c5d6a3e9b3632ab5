#include "support/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "support/csv/checks.hpp"
#include "support/csv/columns.hpp"
#include "support/csv/order.hpp"
#include "support/csv/sheet.hpp"
#include "support/csv/times.hpp"
#include "support/csv/totals.hpp"
#include "support/fingerprint.hpp"
#include "support/nearest.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

using csv::Cells;
using csv::Column;
using csv::Kind;
using csv::list_of;
using csv::Number;
using csv::shown_field;
using Names = std::vector<std::string>;

// The place in `names` of a name or, where none equals the text, of a number that counts from 1.
std::size_t find_column(const Names& names, const std::string& name_or_number) {
  const auto named = std::find(names.begin(), names.end(), name_or_number);
  if (named != names.end()) return static_cast<std::size_t>(named - names.begin());
  std::size_t number = 0;
  const char* end = name_or_number.data() + name_or_number.size();
  const auto [stop, status] = std::from_chars(name_or_number.data(), end, number);
  const bool is_whole = status != std::errc::invalid_argument && stop == end;
  if (is_whole && status == std::errc() && number >= 1 && number <= names.size()) return number - 1;
  if (is_whole)
    tg::fail("csv", "there is no column {}; the columns are 1 to {}: {}", shown_field(name_or_number),
             names.size(), tg::shown_list(names));
  tg::fail("csv", "there is no column \"{}\"; did you mean \"{}\"? The columns are {}",
           shown_field(name_or_number), shown_field(nearest(name_or_number, names)), tg::shown_list(names));
}

class Reader {
 public:
  Reader(const std::string& path, const CsvOptions& options)
      : options_(options), sheet_(path, options), cells_(sheet_.cells()) {}

  Csv table() {
    if (!options_.classes.empty()) classes_ = find_column(sheet_.names(), options_.classes);
    for (std::size_t column = 0; column < cells_.columns; ++column)
      columns_.push_back(csv::look_at(cells_, column, sheet_.first()));
    options_.exactly.empty() ? choose_columns() : take_exactly();
    for (std::size_t column = 0; column < cells_.columns; ++column)
      if (left_out_[column].empty()) used_.push_back(column);
    if (used_.empty())
      tg::fail("csv", "{}: no column is left: {}. --columns takes those it names", sheet_.path(), reasons());
    csv::check_totals(sheet_, used_);
    csv::check_columns(sheet_, columns_, used_, options_.missing);
    return taken();
  }

 private:
  void choose_columns() {
    left_out_.assign(cells_.columns, "");
    const Names wanted = list_of(options_.columns);
    for (std::size_t column = 0; column < cells_.columns; ++column) {
      const Column& found = columns_[column];
      if (!wanted.empty())
        left_out_[column] = "--columns";
      else if (found.numbers == 0 && found.empty + found.absent == found.fields)
        left_out_[column] = "empty";
      else if (found.has_no_numbers())
        left_out_[column] = fmt::format("text: {}", tg::shown(sheet_.clean(found.first_text, column), 20));
      else
        left_out_[column] = csv::no_feature(found);
      if (left_out_[column].empty() && found.numbers + found.holes + found.absent == found.fields)
        left_out_[column] = csv::written_as_number(sheet_, column);
      if (wanted.empty() && left_out_[column].empty() && column == 0 && has_no_name(column) &&
          csv::names_rows(found))
        left_out_[column] = "no name, and each number once";
    }
    for (const std::string& name : wanted) left_out_[find_column(sheet_.names(), name)] = "";
    for (const std::string& name : list_of(options_.skip))
      left_out_[find_column(sheet_.names(), name)] = "--skip";
    if (classes_ < cells_.columns) left_out_[classes_] = "the classes";
  }

  void take_exactly() {
    left_out_.assign(cells_.columns, "not used by the model");
    Names gone;
    for (const std::string& name : options_.exactly) {
      const auto at = std::find(sheet_.names().begin(), sheet_.names().end(), name);
      if (at == sheet_.names().end())
        gone.push_back(name);
      else
        left_out_[static_cast<std::size_t>(at - sheet_.names().begin())] = "";
    }
    if (!gone.empty())
      tg::fail("csv", "{}: columns that the model was trained on are missing: {}. The columns are {}",
               sheet_.path(), tg::shown_list(gone), tg::shown_list(sheet_.names()));
  }

  // As pandas writes an index: without a name, or read and written again.
  bool has_no_name(std::size_t column) const {
    const std::string& name = sheet_.names()[column];
    return !sheet_.named(column).empty() &&
           (name == fmt::format("column {}", column + 1) || name.starts_with("Unnamed: "));
  }

  // The columns that are left out, each with the reason.
  std::string reasons() const {
    Names list;
    for (std::size_t column = 0; column < cells_.columns; ++column)
      if (!left_out_[column].empty())
        list.push_back(fmt::format("{} ({})", shown_field(sheet_.names()[column]), left_out_[column]));
    return tg::shown_list(list, 70);
  }

  // The class of a row as text: of numbers as they are printed, so that 1 and 1.0 are one.
  std::string class_of(std::size_t row, bool numbers) const {
    const Number& cell = cells_.at(row, classes_);
    const std::string text = sheet_.clean(row, classes_);
    if (cell.kind == Kind::empty || cell.kind == Kind::missing || text.empty())
      sheet_.fail_at(row, classes_,
                     fmt::format("{}; a class is needed. Fill it in, or leave out such rows (--missing {})",
                                 text.empty() ? "the field is empty" : "got \"" + shown_field(text) + "\"",
                                 text.empty() ? "empty" : shown_field(text)));
    return numbers ? fmt::format("{}", cell.value) : text;
  }

  Csv taken() const {
    Csv csv;
    const csv::Split& split = sheet_.split();
    std::size_t rows_left_out =
        split.first_blank && cells_.columns == 1 ? static_cast<std::size_t>(split.blanks) : 0;
    const bool has_classes = classes_ < cells_.columns;
    const bool numbers =
        has_classes && columns_[classes_].numbers + columns_[classes_].absent == columns_[classes_].fields;
    for (std::size_t row = sheet_.first(); row < cells_.rows(); ++row) {
      const auto is_absent = [&](std::size_t column) { return cells_.at(row, column).kind == Kind::absent; };
      if (std::any_of(used_.begin(), used_.end(), is_absent) || (has_classes && is_absent(classes_))) {
        ++rows_left_out;
        continue;
      }
      csv.lines.push_back(sheet_.line(row));
      if (has_classes) csv.classes.push_back(class_of(row, numbers));
      for (const std::size_t column : used_) csv.values.push_back(cells_.at(row, column).value);
      ++csv.rows;
    }
    if (csv.rows == 0)
      tg::fail("csv", "{}: each row has a missing number ({}); at least one whole row is needed",
               sheet_.path(), shown_field(options_.missing));
    csv.columns = static_cast<int>(used_.size());
    for (const std::size_t column : used_) {
      csv.names.push_back(sheet_.names()[column]);
      csv.numbers.push_back(static_cast<int>(column) + 1);
    }
    csv.file_names = sheet_.names();
    if (has_classes) csv.class_column = sheet_.names()[classes_];
    csv.left_out = left_out_;
    csv.understood = understood(csv, rows_left_out);
    return csv;
  }

  std::string understood(const Csv& csv, std::size_t rows_left_out) const {
    const csv::Split& split = sheet_.split();
    std::string text =
        fmt::format("table: {} rows; separator: {} ({})", csv.rows, csv::name_of(split.separator), split.why);
    Names out;
    if (rows_left_out)
      out.push_back(fmt::format("{} rows with {}", rows_left_out, shown_field(options_.missing)));
    if (split.comments) out.push_back(fmt::format("{} comment lines", split.comments));
    const auto gap = std::find_if(split.rows.begin(), split.rows.end(),
                                  [](const csv::Row& row) { return row.blank_before > 0; });
    if (split.blanks && cells_.columns > 1)
      out.push_back(fmt::format("{} blank lines{}", split.blanks,
                                gap == split.rows.end()
                                    ? ""
                                    : fmt::format(" (rows go on after line {})", gap->blank_before)));
    if (!split.dropped.empty()) out.push_back(split.dropped);
    if (!out.empty()) text += "; left out: " + tg::shown_list(out, 70);
    text += "\n" + sheet_.header() + "\ncolumns used: " + tg::shown_list(csv.names, 30);
    if (const std::size_t others = cells_.columns - used_.size(); others > 0)
      text += "; left out: " + (options_.columns.empty() ? reasons() : fmt::format("the other {}", others));
    Names even, percent, zeros;
    bool comma = false, minus = false;
    for (const std::size_t column : used_) {
      if (csv::is_even(columns_[column])) even.push_back(sheet_.names()[column]);
      bool has_percent = false, has_zeros = false;
      for (std::size_t row = sheet_.first(); row < cells_.rows(); ++row) {
        const Number& number = cells_.at(row, column);
        comma = comma || number.comma;
        minus = minus || number.minus;
        has_percent = has_percent || number.percent;
        has_zeros = has_zeros || number.leading_zero;
      }
      if (has_zeros) zeros.push_back(sheet_.names()[column]);
      if (has_percent) percent.push_back(sheet_.names()[column]);
    }
    if (comma) text += "; decimal commas";
    if (minus) text += "; U+2212 is a minus sign";
    if (!zeros.empty()) text += "; with leading zeros, as codes have them: " + tg::shown_list(zeros, 30);
    if (!percent.empty()) text += "; in percent: " + tg::shown_list(percent, 30);
    if (!even.empty())
      text += fmt::format("; rises or falls evenly, as time does: {}", tg::shown_list(even, 30));
    if (options_.series)
      if (const Names doubts = csv::doubts_about_order(sheet_, columns_, left_out_); !doubts.empty())
        text += fmt::format("\nlook at the order of the rows: {}", fmt::join(doubts, "; "));
    return text;
  }

  const CsvOptions options_;
  const csv::Sheet sheet_;
  const Cells& cells_;
  std::vector<Column> columns_;
  Names left_out_;  // why, or empty
  std::vector<std::size_t> used_;
  std::size_t classes_ = std::string::npos;  // the column of classes
};

}  // namespace

double Csv::at(int row, int column) const {
  if (row < 0 || row >= rows || column < 0 || column >= columns)
    tg::fail("csv", "row {}, column {} of a table of {} rows and {} columns; both count from 0", row, column,
             rows, columns);
  return values[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                static_cast<std::size_t>(column)];
}

std::vector<double> Csv::values_of(int column) const {
  std::vector<double> found;
  for (int row = 0; row < rows; ++row) found.push_back(at(row, column));
  return found;
}

int Csv::column(const std::string& name_or_number) const {
  const std::size_t found = find_column(file_names, name_or_number);
  if (!left_out[found].empty())
    tg::fail("csv", "column {} ({}) is left out: {}. --columns takes those it names", found + 1,
             shown_field(file_names[found]), left_out[found]);
  const auto at = std::find(numbers.begin(), numbers.end(), static_cast<int>(found) + 1);
  return static_cast<int>(at - numbers.begin());
}

std::string Csv::place(int row, int column) const {
  const auto at = static_cast<std::size_t>(column);
  const std::string number = fmt::format("column {}", numbers[at]), &name = names[at];
  return fmt::format("line {}, {}{}", lines[static_cast<std::size_t>(row)], number,
                     name == number ? "" : fmt::format(" ({})", shown_field(name)));
}

std::vector<int> Csv::equal_rows() const {
  std::map<std::vector<double>, int> number_of;
  std::vector<int> found;
  for (auto row = values.begin(); row != values.end(); row += columns)
    found.push_back(
        number_of.emplace(std::vector<double>(row, row + columns), static_cast<int>(number_of.size()))
            .first->second);
  return found;
}

std::string Csv::fingerprint() const {
  Fingerprint all;
  for (const Names* texts : {&names, &classes})
    for (const std::string& text : *texts) all.add(text);
  for (const double value : values) all.add(value);
  return all.text();
}

CsvOptions CsvKnobs::options() const { return {header, separator, columns, skip, missing}; }

Csv read_csv(const std::string& path, const CsvOptions& options) { return Reader(path, options).table(); }

}  // namespace lesson
