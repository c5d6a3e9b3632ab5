#include "support/csv/times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "support/csv/numbers.hpp"
#include "support/text.hpp"

namespace lesson::csv {
namespace {

constexpr std::array words_for_dates = {"tag",   "date", "datum", "day",    "dag",  "month",
                                        "monat", "year", "jahr",  "period", "when", "fecha"};
constexpr std::array words_for_times = {"time", "zeit", "uhrzeit", "uhr",  "clock",
                                        "hour", "hhmm", "hora",    "heure"};

constexpr std::array words_for_codes = {"code", "codes", "icd", "id", "key"};

template <class Words>
bool speaks_of(const std::string& name, const Words& words) {
  std::string word;
  for (const char c : lower_case(name) + " ") {
    if (c >= 'a' && c <= 'z') {
      word += c;
      continue;
    }
    if (std::find(words.begin(), words.end(), word) != words.end()) return true;
    word.clear();
  }
  return false;
}

// The digits before and after the point of a number without a sign or exponent.
struct Parts {
  int whole = 0, rest = 0;
  std::size_t rest_digits = 0;
  double value = 0;
};

bool parts_of(std::string_view text, Parts& parts) {
  const std::optional<int> whole = take_digits(text);
  if (whole) parts.whole = *whole;
  if (!whole || text.empty()) return whole.has_value();
  if (text[0] != '.' && text[0] != ',') return false;
  text.remove_prefix(1);
  parts.rest_digits = text.size();
  const std::optional<int> rest = take_digits(text);
  if (rest) parts.rest = *rest;
  return rest && text.empty();
}

using Rows = std::vector<Parts>;

template <class Test>
bool all(const Rows& rows, Test test) {
  return std::all_of(rows.begin(), rows.end(), test);
}

template <class Place>
bool rises(const Rows& rows, Place place) {
  return std::is_sorted(rows.begin(), rows.end(),
                        [&](const Parts& a, const Parts& b) { return place(a) < place(b); });
}

template <class Place>
bool is_even(const Rows& rows, Place place) {
  const double step = place(rows[1]) - place(rows[0]);
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (std::abs(place(rows[i]) - place(rows[i - 1]) - step) > 1e-9 * (1 + std::abs(step))) return false;
  return step != 0;
}

bool between(int value, int low, int high) { return value >= low && value <= high; }

const char* kind_of_time(const Rows& rows, const std::string& name) {
  const bool many = rows.size() >= 10, is_date = speaks_of(name, words_for_dates),
             is_time = speaks_of(name, words_for_times), named = is_date || is_time;
  if (rows.size() < 3 || (!named && !many)) return nullptr;
  const auto value = [](const Parts& parts) { return parts.value; };
  const bool has_fractions = all(rows, [](const Parts& parts) { return parts.rest_digits > 0; });
  const auto month = [](const Parts& parts) { return 12.0 * parts.whole + parts.rest; };
  if (has_fractions && all(rows, [&](const Parts& parts) {
        return between(parts.whole, 1800, 2199) && between(parts.rest, 1, 12) &&
               (named || parts.rest_digits == 2);
      }))
    return rises(rows, month) ? "years and months" : nullptr;
  const auto day = [](const Parts& parts) { return 31.0 * parts.rest + parts.whole; };
  const auto day_after_month = [](const Parts& parts) { return 31.0 * parts.whole + parts.rest; };
  const auto is_day = [](int of_month, int of_year) {
    return between(of_month, 1, 31) && between(of_year, 1, 12);
  };
  if (has_fractions && all(rows, [&](const Parts& parts) { return is_day(parts.whole, parts.rest); }) &&
      rises(rows, day) && (is_date || !rises(rows, value)))
    return "days and months";
  if (is_date && has_fractions &&
      all(rows, [&](const Parts& parts) { return is_day(parts.rest, parts.whole); }) &&
      rises(rows, day_after_month) && !is_even(rows, value))
    return "months and days";
  const auto minutes = [](const Parts& parts) { return 60.0 * parts.whole + parts.rest; };
  const auto is_clock = [](int hour, int minute) { return between(hour, 0, 23) && between(minute, 0, 59); };
  if (all(rows,
          [&](const Parts& parts) { return parts.rest_digits == 2 && is_clock(parts.whole, parts.rest); }) &&
      !is_even(rows, value) && (is_even(rows, minutes) || (is_time && (many || rises(rows, minutes)))))
    return "times of day";
  // 915, 930, .. 1045; over midnight too, where they are many.
  if (is_time && rows.size() >= 5 && (many || rises(rows, value)) && !is_even(rows, value) &&
      all(rows,
          [&](const Parts& parts) {
            return parts.rest_digits == 0 && is_clock(parts.whole / 100, parts.whole % 100);
          }) &&
      !all(rows, [](const Parts& parts) { return parts.whole % 100 == 0; }) &&
      !all(rows, [](const Parts& parts) { return parts.whole < 100; }))
    return "times of day";
  return nullptr;
}

// 1E50, of a catalogue, and not 1e5; in a column of that name 2E5 too.
bool is_code_with_letter(std::string_view field, bool named) {
  const std::size_t letter = field.find('E');
  if (letter == std::string_view::npos || letter == 0 || letter > 2) return false;
  const std::string_view before = field.substr(0, letter), after = field.substr(letter + 1);
  const auto are_digits = [](std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return are_digits(before) && are_digits(after) && (after.size() == 2 || (named && after.size() == 1));
}

// More digits than a double keeps.
bool is_long_number(std::string_view field) {
  return field.size() > 16 &&
         std::all_of(field.begin(), field.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string written_as_number(const Sheet& sheet, std::size_t column) {
  const Cells& cells = sheet.cells();
  Rows rows;
  bool times = true, letters = true, long_numbers = true;
  const bool codes = speaks_of(sheet.names()[column], words_for_codes);
  std::string example;
  for (std::size_t row = sheet.first(); row < cells.rows() && (times || letters || long_numbers); ++row) {
    const Number& number = cells.at(row, column);
    if (number.kind != Kind::number) continue;
    const std::string field(trimmed(sheet.plain(row, column)));
    if (example.empty()) example = field;
    Parts parts;
    times = times && parts_of(field, parts);
    parts.value = number.value;
    rows.push_back(parts);
    letters = letters && is_code_with_letter(field, codes);
    long_numbers = long_numbers && is_long_number(field);
  }
  if (rows.empty()) return "";
  const char* kind = letters || long_numbers ? "codes"
                     : times                 ? kind_of_time(rows, sheet.names()[column])
                                             : nullptr;
  return kind ? fmt::format("{}: {}", kind, shown_field(example)) : "";
}

}  // namespace lesson::csv
