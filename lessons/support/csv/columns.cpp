#include "support/csv/columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

namespace lesson::csv {
namespace {

// 20200131: a day, written as one number.
bool is_day(double value) {
  if (value < 18000101 || value > 22001231 || value != std::floor(value)) return false;
  const int number = static_cast<int>(value), month = number / 100 % 100, day = number % 100;
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

// 202001: a month.
bool is_month(double value) { return value >= 180001 && value <= 220012 && is_day(value * 100 + 1); }

// 99.9, -999, 9999 ..: nines alone, at least two. And what netCDF and whole numbers of 16 and 32 bits use.
bool is_usual_mark(double value) {
  const double size = std::abs(value);
  if (value == -1) return true;
  for (const double mark : {32768.0, 32767.0, 2147483648.0, 2147483647.0, 1e20, 1e30, 1e36, 9.96921e36})
    if (std::abs(size - mark) <= 1e-5 * mark && (mark > 1e10 || size == mark)) return true;
  for (const double scale : {1.0, 10.0, 100.0}) {
    const double nines = std::round(size * scale);
    if (std::abs(size * scale - nines) > 1e-6 * nines) continue;
    for (const double all : {99.0, 999.0, 9999.0, 99999.0, 999999.0, 9999999.0})
      if (nines == all && all > 9 * scale) return true;
  }
  return false;
}

}  // namespace

Column look_at(const Cells& cells, std::size_t column, std::size_t first_row) {
  Column found;
  for (std::size_t row = first_row; row < cells.rows(); ++row) {
    const Number& number = cells.at(row, column);
    ++found.fields;
    found.empty += number.kind == Kind::empty;
    found.holes += number.kind == Kind::empty || number.kind == Kind::missing;
    found.absent += number.kind == Kind::absent;
    if (number.kind == Kind::text && found.texts++ == 0) found.first_text = row;
    if (number.kind == Kind::number) {
      ++found.numbers;
      found.values.push_back(number.value);
    } else if (number.kind != Kind::absent && !found.refused) {
      found.refused = true;
      found.first_refused = row;
    }
  }
  return found;
}

std::string no_feature(const Column& column) {
  const std::vector<double>& values = column.values;
  if (column.numbers != column.fields || values.size() < 3) return "";
  bool counts = true;
  for (std::size_t i = 1; i < values.size(); ++i) counts = counts && values[i] == values[i - 1] + 1;
  const bool from_the_start = values[0] == 0 || values[0] == 1;
  if (std::all_of(values.begin(), values.end(), is_day)) return fmt::format("days: {}", values[0]);
  if (values.size() >= 10 && std::all_of(values.begin(), values.end(), is_month) &&
      std::is_sorted(values.begin(), values.end()))
    return fmt::format("months: {}", values[0]);
  if (counts && values[0] == std::floor(values[0]) && (from_the_start || values.size() >= 10))
    return fmt::format("counts {}, {}, ..", values[0], values[1]);
  return "";
}

bool names_rows(const Column& column) {
  const std::vector<double>& values = column.values;
  const std::set<double> each(values.begin(), values.end());
  return values.size() > 2 && values.size() == column.fields && each.size() == values.size() &&
         std::all_of(each.begin(), each.end(), [](double value) { return value == std::floor(value); });
}

bool is_even(const Column& column) {
  const std::vector<double>& values = column.values;
  if (values.size() < 10) return false;
  const double step = (values.back() - values.front()) / static_cast<double>(values.size() - 1);
  for (std::size_t i = 1; i < values.size(); ++i)
    if (std::abs(values[i] - values[i - 1] - step) > 1e-3 * std::abs(step)) return false;
  return step != 0;
}

Sentinel sentinel_in(const Column& column) {
  std::map<double, std::size_t> counts;
  for (const double value : column.values) ++counts[value];
  std::vector<double> usual, others;
  for (const auto& [value, count] : counts) (is_usual_mark(value) ? usual : others).push_back(value);
  const auto distance = [](double value, double low, double high) {
    return std::max(low - value, value - high);
  };
  for (const double value : usual) {
    if (others.size() < 2) break;
    if (value == -1 && others.size() < 3) continue;  // a class, as 1 and 2 are
    const double low = others.front(), high = others.back();
    const bool far = distance(value, low, high) > high - low;
    // 99 once may be a number like others; 999 far from all others is hardly one.
    if (far && (counts[value] > 1 || std::abs(value) > 900)) return {true, value, low, high, counts[value]};
  }
  if (counts.size() < 11) return {};
  // The smallest and the largest, without those two.
  const double least = counts.begin()->first, most = counts.rbegin()->first;
  const double low = std::next(counts.begin())->first, high = std::next(counts.rbegin())->first;
  for (const auto& [value, from, to] : {std::tuple(least, low, most), std::tuple(most, least, high)})
    if (counts[value] > 2 && distance(value, from, to) > 10 * (to - from))
      return {true, value, from, to, counts[value]};
  return {};
}

}  // namespace lesson::csv
