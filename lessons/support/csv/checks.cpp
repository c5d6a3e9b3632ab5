#include "support/csv/checks.hpp"

#include <fmt/format.h>

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
    if (missing == "none") return;
    for (const std::size_t column : used_) {
      const Sentinel mark = sentinel_in(columns_[column]);
      if (mark.found)
        tg::fail(
            "csv",
            "{}, column {}{}: {} comes {} and the others are {} to {}; it looks like a mark for a missing "
            "number. --missing {} leaves out such rows, --missing none takes it as it is",
            sheet_.path(), column + 1, sheet_.named(column), mark.value,
            mark.count == 1 ? "once" : fmt::format("{} times", mark.count), mark.low, mark.high, mark.value);
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

  [[noreturn]] void refuse(std::size_t row, std::size_t column) const {
    const Kind kind = cells_.at(row, column).kind;
    const std::string field = sheet_.plain(row, column);
    std::string skip, why = hint(kind, field);
    for (const std::size_t each : used_)
      if (columns_[each].refused)
        skip += (skip.empty() ? "" : ",") + (sheet_.names()[each].find(',') == std::string::npos
                                                 ? sheet_.names()[each]
                                                 : std::to_string(each + 1));
    skip = tg::shown(skip, 60);
    if (kind == Kind::empty)
      sheet_.fail_at(
          row, column,
          fmt::format(
              "the field is empty; a number is needed. Fill the hole; or leave out such rows (--missing "
              "empty) or columns (--skip {})",
              skip));
    if (kind == Kind::missing)
      sheet_.fail_at(
          row, column,
          fmt::format("got \"{}\"; {}; or leave out such rows (--missing {}) or columns (--skip {})",
                      shown_field(field), why, shown_field(field), skip));
    if (row == 0 && kind == Kind::text) why += ". If this line holds names: --header yes";
    sheet_.fail_at(row, column,
                   fmt::format("got \"{}\"; {}. --skip {} leaves out what is no number", shown_field(field),
                               why, skip));
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
