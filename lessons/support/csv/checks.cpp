#include "support/csv/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson::csv {
namespace {

class Checks {
 public:
  Checks(const Sheet& sheet, const std::vector<Column>& columns, const std::vector<std::size_t>& used)
      : sheet_(sheet), cells_(sheet.cells()), columns_(columns), used_(used) {}

  void check(const std::string& missing) const {
    std::size_t row = cells_.rows(), at = 0;
    for (const std::size_t column : used_)
      if (columns_[column].refused && columns_[column].first_refused < row)
        row = columns_[column].first_refused, at = column;
    if (row < cells_.rows()) refuse(row, at);
    check_percent();
    check_commas();
    check_points();
    if (missing == "none") return;
    for (const std::size_t column : used_) {
      const Sentinel mark = sentinel_in(columns_[column]);
      if (mark.found)
        tg::fail(
            "csv",
            "{}, column {}{}: {} comes {} and the others are {} to {}; it looks like a mark for a missing "
            "number. --missing {}{}{} leaves out such rows, --missing none takes it as it is",
            sheet_.path(), column + 1, sheet_.named(column), mark.value,
            mark.count == 1 ? "once" : fmt::format("{} times", mark.count), mark.low, mark.high,
            shown_field(missing), missing.empty() ? "" : ",", mark.value);
    }
  }

 private:
  // Of a column, all fields have percent signs or none has.
  void check_percent() const {
    for (const std::size_t column : used_) {
      std::size_t with = cells_.rows(), without = cells_.rows();
      for (std::size_t row = cells_.rows(); row-- > sheet_.first();)
        if (cells_.at(row, column).kind == Kind::number)
          (cells_.at(row, column).percent ? with : without) = row;
      if (with < cells_.rows() && without < cells_.rows())
        sheet_.fail_at(
            with, column,
            fmt::format(
                "got \"{}\", and line {} has no percent sign; write all numbers of a column in one way",
                shown_field(sheet_.plain(with, column)), sheet_.line(without)));
    }
  }

  // In a table, either all fractions have a decimal comma or none has.
  void check_commas() const {
    struct Place {
      std::size_t row = 0, column = 0;
      bool found = false;
    };
    Place comma, doubtful, point;
    for (std::size_t row = sheet_.first(); row < cells_.rows(); ++row)
      for (const std::size_t column : used_) {
        const Number& number = cells_.at(row, column);
        Place& place = !number.comma ? point : number.may_be_thousands ? doubtful : comma;
        if (number.kind == Kind::number && (number.comma || number.point) && !place.found)
          place = {row, column, true};
      }
    const auto field = [&](const Place& place) { return shown_field(sheet_.plain(place.row, place.column)); };
    const Place& first = comma.found ? comma : doubtful;
    if (first.found && point.found)
      sheet_.fail_at(
          first.row, first.column,
          fmt::format("got \"{}\", and line {} has \"{}\"; a table has decimal points or decimal commas, not "
                      "both, and no separators of thousands",
                      field(first), sheet_.line(point.row), field(point)));
    if (doubtful.found && !comma.found)
      sheet_.fail_at(
          doubtful.row, doubtful.column,
          fmt::format(
              "got \"{}\"; the comma may be a decimal one or separate thousands, and no number of the "
              "table tells. Write it with a decimal point, or without a comma",
              field(doubtful)));
  }

  // 6.414 where others are 4 and 12.300: a fraction, or thousands as Germans write them.
  void check_points() const {
    bool comma = false, fraction = false;
    for (const Number& number : cells_.all) {
      if (number.kind != Kind::number) continue;
      comma = comma || number.comma;
      fraction = fraction || (number.point && !number.may_be_thousands);
    }
    if (!comma && (fraction || sheet_.split().separator != ';')) return;
    for (const std::size_t column : used_) {
      std::size_t first = cells_.rows(), row = sheet_.first();
      for (; row < cells_.rows(); ++row) {
        const Number& number = cells_.at(row, column);
        if (number.kind != Kind::number) continue;
        if (number.point ? !number.may_be_thousands : std::abs(number.value) >= 1000) break;
        if (number.point) first = std::min(first, row);
      }
      if (row == cells_.rows() && first < row)
        sheet_.fail_at(
            first, column,
            fmt::format("got \"{}\"; each point of the column has three digits behind it, so it may separate "
                        "thousands. Write whole numbers without it; for fractions write one with a fourth "
                        "digit: {}0",
                        shown_field(sheet_.plain(first, column)), shown_field(sheet_.plain(first, column))));
    }
  }

  // Whether the row under the names has none but texts, where others have numbers.
  bool holds_no_number(std::size_t row) const {
    bool text = false, numbers = false;
    for (std::size_t column = 0; column < cells_.columns; ++column) {
      const Kind kind = cells_.at(row, column).kind;
      if (kind != Kind::text && kind != Kind::empty && kind != Kind::missing) return false;
      text = text || kind == Kind::text;
      numbers = numbers || columns_[column].numbers > 0;
    }
    return text && numbers && row > 0 && row == sheet_.first();
  }

  [[noreturn]] void refuse_heading(std::size_t row) const {
    std::vector<std::string> fields;
    bool title = cells_.columns > 2;
    for (std::size_t column = 0; column < cells_.columns; ++column) {
      fields.push_back(sheet_.clean(row, column));
      title = title && (cells_.at(0, column).kind == Kind::empty) == (column > 0);
    }
    tg::fail("csv", "{}, line {}: no field is a number: {}; {}", sheet_.path(), sheet_.line(row),
             tg::shown_list(fields, 20),
             title
                 ? fmt::format("if they are the names, line {} is a title. Delete the lines above the names",
                               sheet_.line(0))
                 : "numbers are needed below the names. If the line holds units, delete it");
  }

  // Whether the names stand in the table once more, as where files were joined.
  bool repeats_names(std::size_t row) const {
    bool same = sheet_.first() > 0;
    for (std::size_t column = 0; column < cells_.columns; ++column)
      same = same && sheet_.clean(row, column) == sheet_.clean(0, column);
    return same;
  }

  // A text in the first column, and nothing else.
  bool is_note(std::size_t row) const {
    bool alone = cells_.columns > 1 && cells_.at(row, 0).kind == Kind::text;
    for (std::size_t column = 1; column < cells_.columns; ++column)
      alone = alone && cells_.at(row, column).kind == Kind::empty;
    return alone;
  }

  // The columns with fields that are no numbers, as --skip takes them; empty where none would be left.
  std::string columns_to_skip() const {
    std::vector<std::string> list;
    std::size_t kept = 0;
    for (const std::size_t each : used_) {
      const std::string& name = sheet_.names()[each];
      const bool is_word = tg::shown(name, 30) == name && name.find_first_of(",'\"") == std::string::npos &&
                           name != fmt::format("column {}", each + 1);
      if (columns_[each].refused) list.push_back(is_word ? name : std::to_string(each + 1));
      kept += !columns_[each].refused;
    }
    return kept == 0 ? "" : as_argument(fmt::format("{}", fmt::join(list, ",")));
  }

  // What stands for missing numbers in the columns that are used, as --missing takes it.
  std::string marks() const {
    std::set<std::string> list;
    for (const std::size_t column : used_)
      for (std::size_t row = sheet_.first(); row < cells_.rows() && list.size() < 6; ++row) {
        const Kind kind = cells_.at(row, column).kind;
        if (kind == Kind::missing) list.insert(shown_field(sheet_.plain(row, column)));
        if (kind == Kind::empty) list.insert("empty");
      }
    return as_argument(fmt::format("{}", fmt::join(list, ",")));
  }

  // As a shell takes it: in quotes where it would read blanks and signs itself.
  static std::string as_argument(const std::string& text) {
    const bool plain = text.find_first_of(" ;|&<>()$`\\!*?[]#~=%{}\"") == std::string::npos;
    return plain ? text : "'" + text + "'";
  }

  [[noreturn]] void refuse(std::size_t row, std::size_t column) const {
    if (repeats_names(row))
      tg::fail("csv", "{}, line {}: the names of line {} stand here again; delete the line", sheet_.path(),
               sheet_.line(row), sheet_.line(0));
    if (holds_no_number(row)) refuse_heading(row);
    if (is_note(row))
      tg::fail("csv", "{}, line {}: a text stands here alone: {}; if it is a note, delete the line",
               sheet_.path(), sheet_.line(row), shown_field(sheet_.plain(row, 0)));
    const Kind kind = cells_.at(row, column).kind;
    const std::string field = sheet_.plain(row, column), skip = columns_to_skip();
    std::string why = hint(kind, field);
    if (kind == Kind::empty || kind == Kind::missing) {
      const std::string got = kind == Kind::empty ? "the field is empty; a number is needed. Fill the hole"
                                                  : fmt::format("got \"{}\"; {}", shown_field(field), why);
      sheet_.fail_at(row, column,
                     fmt::format("{}; or leave out such rows (--missing {}){}", got, marks(),
                                 skip.empty() ? "" : fmt::format(" or columns (--skip {})", skip)));
    }
    if (row == 0 && (kind == Kind::text || kind == Kind::unit || kind == Kind::other))
      why += ". If this line holds names: --header yes";
    if (row > sheet_.first() && kind == Kind::text && 10 * columns_[column].texts <= columns_[column].numbers)
      why += ". If the line is no row like the others, delete it";
    if (!skip.empty()) why += fmt::format(". --skip {} leaves out what is no number", skip);
    sheet_.fail_at(row, column, fmt::format("got \"{}\"; {}", shown_field(field), why));
  }

  const Sheet& sheet_;
  const Cells& cells_;
  const std::vector<Column>& columns_;
  const std::vector<std::size_t>& used_;
};

}  // namespace

void check_columns(const Sheet& sheet, const std::vector<Column>& columns,
                   const std::vector<std::size_t>& used, const std::string& missing) {
  Checks(sheet, columns, used).check(missing);
}

}  // namespace lesson::csv
