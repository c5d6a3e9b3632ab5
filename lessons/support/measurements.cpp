#include "support/measurements.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "support/nearest.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

Label::Label(double number) : text(fmt::format("{:g}", number)) {}

Measurements::Measurements(std::string what, const NumberStyle& style)
    : what_(std::move(what)), style_(style) {}

void Measurements::column(const Label& column, const NumberStyle& style) {
  add_once(columns_, column.text);
  styles_[column.text] = style;
}

void Measurements::add(const Label& row, const Label& column, double value) {
  add_once(rows_, row.text);
  add_once(columns_, column.text);
  values_[{row.text, column.text}].push_back(value);
}

const std::vector<double>& Measurements::values(const Label& row, const Label& column) const {
  const auto found = values_.find({row.text, column.text});
  if (found != values_.end()) return found->second;
  const auto meant = [](const std::string& name, const std::vector<std::string>& known) {
    return std::find(known.begin(), known.end(), name) != known.end() || known.empty()
               ? ""
               : fmt::format("; did you mean \"{}\"?", tg::shown(nearest(name, known)));
  };
  tg::fail("measurements", "{}: nothing was added under row \"{}\"{} and column \"{}\"{}", tg::shown(what_),
           tg::shown(row.text), meant(row.text, rows_), tg::shown(column.text), meant(column.text, columns_));
}

Spread Measurements::spread(const Label& row, const Label& column) const {
  return lesson::spread(values(row, column));
}

Cell Measurements::cell(const Label& row, const Label& column) const {
  if (!values_.contains({row.text, column.text})) return right("");
  const auto own = styles_.find(column.text);
  return right(number_text(spread(row, column), own == styles_.end() ? style_ : own->second));
}

std::string Measurements::runs() const {
  std::size_t least = 0, most = 0;
  for (const auto& [place, numbers] : values_) {
    least = least ? std::min(least, numbers.size()) : numbers.size();
    most = std::max(most, numbers.size());
  }
  if (most < 2) return "of one run";
  return fmt::format("median (range) of {} runs",
                     least == most ? fmt::format("{}", most) : fmt::format("{} to {}", least, most));
}

void Measurements::table(const std::string& rows_are) const {
  if (values_.empty())
    tg::fail("measurements", "{}: nothing was added, so there is no table", tg::shown(what_));
  say("{}, {}\n", what_, runs());
  Row header = {Cell(rows_are)};
  for (const std::string& column : columns_) header.add(right(column));
  std::vector<Row> lines;
  for (const std::string& row : rows_) {
    lines.push_back({Cell(row)});
    for (const std::string& column : columns_) lines.back().add(cell(row, column));
  }
  lesson::table(header, lines);
}

}  // namespace lesson
