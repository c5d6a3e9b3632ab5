#include "support/csv/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tinygrad_cpp/utf8.hpp"

namespace lesson::csv {
namespace {

bool is_whole(const Number& number) {
  return number.kind == Kind::number && !number.point && !number.exponent && !number.comma &&
         !number.percent && number.value == std::floor(number.value);
}

// A column below its first field.
struct Below {
  std::size_t numbers = 0, texts = 0, fractions = 0;
  double low = HUGE_VAL, high = -HUGE_VAL;
  bool counts = true;  // 0, 1, 2, ..
};

Below below(const Cells& cells, std::size_t column) {
  Below found;
  for (std::size_t row = 1; row < cells.rows(); ++row) {
    const Number& number = cells.at(row, column);
    found.texts += number.kind == Kind::text;
    found.counts = found.counts && number.kind == Kind::number &&
                   number.value == cells.at(1, column).value + static_cast<double>(row - 1);
    if (number.kind != Kind::number) continue;
    ++found.numbers;
    found.fractions += number.point || number.comma || number.exponent;
    found.low = std::min(found.low, number.value);
    found.high = std::max(found.high, number.value);
  }
  return found;
}

bool count_evenly(const std::vector<double>& numbers) {
  for (std::size_t i = 1; i < numbers.size(); ++i)
    if (numbers[i] <= numbers[i - 1] || numbers[i] - numbers[i - 1] != numbers[1] - numbers[0]) return false;
  return numbers.size() > 1;
}

std::string listed(const std::vector<double>& numbers) {
  std::string list;
  for (std::size_t i = 0; i < std::min<std::size_t>(numbers.size(), 3); ++i)
    list += fmt::format("{}{}", i ? ", " : "", numbers[i]);
  return list + (numbers.size() > 3 ? ", .." : "");
}

// The first row's numbers, where all that is not text or empty is a whole number.
Verdict verdict_on_numbers(const Cells& cells, const std::vector<std::string>& first,
                           const std::vector<Below>& columns) {
  const Verdict data = {FirstRow::data, "numbers, like the rows below"};
  std::vector<double> numbers, second;
  std::size_t far = 0, over_fractions = 0;
  bool texts = false;
  for (std::size_t column = 0; column < cells.columns; ++column) {
    const Number& number = cells.at(0, column);
    const Below& rest = columns[column];
    if (number.kind == Kind::empty && column == 0) continue;
    if (number.kind == Kind::text && !(first[column][0] >= '0' && first[column][0] <= '9')) {
      texts = true;
      continue;
    }
    if (!is_whole(number) || rest.numbers == 0) return data;
    numbers.push_back(number.value);
    second.push_back(cells.at(1, column).value);
    far += std::max(rest.low - number.value, number.value - rest.high) > rest.high - rest.low;
    over_fractions += rest.fractions == rest.numbers;
  }
  if (numbers.empty()) return data;
  const std::size_t count = numbers.size();
  const std::string list = listed(numbers);
  const bool even = count_evenly(numbers), by_one = even && numbers[1] - numbers[0] == 1,
             all_fractions = over_fractions == count, all_far = far == count;
  const bool sliding = even && count_evenly(second) && second[1] - second[0] == numbers[1] - numbers[0];
  const Below& left = columns[0];
  if (cells.at(0, 0).kind == Kind::empty && (even || left.counts || left.texts > 0))
    return {FirstRow::names,
            fmt::format("the first field is empty, and {} {} whole", list, count > 1 ? "are" : "is")};
  if (sliding) return data;
  if (all_far && all_fractions && (count > 1 || !texts))
    return {FirstRow::names,
            fmt::format("{} whole, and the numbers below have fractions and are far from {}",
                        count > 1 ? list + " are" : list + " is", count > 1 ? "them" : "it")};
  if (even && count > 2 && (all_far || all_fractions))
    return {FirstRow::names, fmt::format("{} count evenly, and the numbers below {}", list,
                                         all_fractions ? "have fractions" : "are far from them")};
  if (by_one && count > 4 && numbers[0] <= 1 && numbers[0] >= 0)
    return {FirstRow::names, fmt::format("{} count, and the numbers below do not", list)};
  if ((even && count > 2) || (by_one && count == 2 && all_fractions) ||
      (count == 1 && !texts && numbers[0] == 0 && all_fractions))
    return {FirstRow::doubtful, list};
  return data;
}

// 50Hz and 100Hz, 1st and 2nd, 1990 [YR1990]: the first of two names or more that begin with a whole number,
// in a row without numbers, over columns of numbers alone.
std::size_t name_with_number(const Cells& cells, const std::vector<std::string>& first,
                             const std::vector<Below>& columns) {
  std::size_t found = cells.columns, count = 0;
  for (std::size_t column = 0; column < cells.columns; ++column) {
    const Kind kind = cells.at(0, column).kind;
    if (kind == Kind::text || kind == Kind::empty) continue;
    if (kind != Kind::unit && kind != Kind::other) return cells.columns;
    const std::string& name = first[column];
    const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
    const bool whole = digits > 0 && name[digits] != '.' && name[digits] != ',';
    if (!whole || columns[column].numbers + 1 != cells.rows()) return cells.columns;
    found = std::min(found, column);
    ++count;
  }
  return count > 1 ? found : cells.columns;
}

}  // namespace

Verdict verdict_on_first_row(const Cells& cells, const std::vector<std::string>& first) {
  std::vector<Below> columns;
  bool any_number = false, any_text = false, all_whole = true;
  std::size_t over = cells.columns, under = cells.columns;  // a text over numbers, a number over texts
  for (std::size_t column = 0; column < cells.columns; ++column) {
    columns.push_back(below(cells, column));
    const Kind kind = cells.at(0, column).kind;
    any_text = any_text || kind == Kind::text;
    any_number = any_number || (kind != Kind::text && kind != Kind::empty && kind != Kind::missing);
    const Below& rest = columns.back();
    all_whole = all_whole &&
                (kind != Kind::number || (is_whole(cells.at(0, column)) && cells.at(0, column).value >= 0));
    if (kind == Kind::text && rest.numbers > 0 && rest.texts == 0) over = std::min(over, column);
    if (kind == Kind::number && rest.numbers == 0 && rest.texts > 0) under = std::min(under, column);
  }
  if (any_text && !any_number) return {FirstRow::names, "none of its fields is a number"};
  if (cells.rows() < 2) return {FirstRow::data, any_text ? "it holds a number" : "numbers"};
  const auto stands = [&](std::size_t column, const char* over_what) {
    return Verdict{FirstRow::names,
                   fmt::format("\"{}\" stands over {}", tg::shown(first[column], 30), over_what)};
  };
  if (over < cells.columns && all_whole) return stands(over, "numbers");
  if (const std::size_t at = name_with_number(cells, first, columns); at < cells.columns)
    return stands(at, "numbers");
  if (under < cells.columns && all_whole) return stands(under, "text");
  if (cells.at(0, 0).kind == Kind::empty || any_number) return verdict_on_numbers(cells, first, columns);
  return {FirstRow::data, "no name in it"};
}

}  // namespace lesson::csv
