#include "support/csv/numbers.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "support/decimal.hpp"
#include "support/text.hpp"

namespace lesson::csv {
namespace {

constexpr std::string_view minus_sign = "\u2212";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

// As std::from_chars, and takes a plus sign.
std::from_chars_result parse(std::string_view field, double& value) {
  if (field.starts_with('+') && !field.starts_with("+-")) field.remove_prefix(1);
  return read_decimal(field, value);
}

bool says_missing(std::string_view field) {
  constexpr std::array words = {"na",   "n/a", "#n/a",    "nan",     "null", "none", "nil", "-nan",
                                "<na>", "--",  "missing", "#value!", "?",    "-",    "."};
  const std::string small = lower_case(field.substr(0, 12));
  const bool stata = small.size() == 2 && small[0] == '.' && is_letter(small[1]);  // its .a to .z
  return stata || (field.size() < 12 && std::find(words.begin(), words.end(), small) != words.end());
}

// The digits at the beginning of a text.
std::string_view digits_of(std::string_view text) {
  return text.substr(0, static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) -
                                                 text.begin()));
}

// Groups of three digits with one kind of separator between them, and perhaps a fraction: 1,234.5
bool has_thousands(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t first = digits_of(text).size();
  if (first < 1 || first > 3) return false;
  text.remove_prefix(first);
  for (const std::string_view mark : {",", ".", " ", "'", "\u2019", "_", "\u00a0", "\u202f", "\u2009"}) {
    std::string_view rest = text;
    int groups = 0;
    while (rest.starts_with(mark) && digits_of(rest.substr(mark.size())).size() == 3) {
      rest.remove_prefix(mark.size() + 3);
      ++groups;
    }
    const bool fraction = rest.size() > 1 && (rest[0] == ',' || rest[0] == '.') && rest[0] != mark[0] &&
                          digits_of(rest.substr(1)).size() == rest.size() - 1;
    const bool decimal_mark = mark == "," || mark == ".";  // alone: 1,234 is a fraction, or is none
    if ((rest.empty() || fraction) && groups >= (decimal_mark && !fraction ? 2 : 1)) return true;
  }
  return false;
}

// 1,5 and -0,25e3: how it reads with a decimal point; empty where it does not have that form.
std::string with_point(std::string_view field) {
  const std::size_t comma = field.find(',');
  if (comma == std::string_view::npos || comma + 1 == field.size() || !is_digit(field[comma + 1])) return "";
  for (char c : field.substr(0, comma))
    if (!is_digit(c) && c != '-' && c != '+') return "";
  std::string text(field);
  text[comma] = '.';
  return text;
}

// 1,234 and 1.234, the sign between at `at`.
bool may_be_thousands(std::string_view field, std::size_t at) {
  const std::size_t sign = is_digit(field[0]) ? 0 : 1;
  return at != std::string_view::npos && at > sign && at - sign <= 3 && field[sign] != '0' &&
         field.size() == at + 4 && digits_of(field.substr(at + 1)).size() == 3;
}

// 2.5D-03, as Fortran writes numbers in double precision.
bool has_exponent_of_fortran(std::string_view field, std::size_t letter) {
  if (letter == std::string_view::npos || field.find('.') >= letter) return false;
  std::string_view power = field.substr(letter + 1);
  if (power.starts_with('-') || power.starts_with('+')) power.remove_prefix(1);
  return !power.empty() && std::all_of(power.begin(), power.end(), is_digit);
}

// What follows a number is a unit when it has letters or signs, and hardly a digit: "kg", " m/s2", "°C". In
// "1 Jan 2020" it is a date.
Kind kind_of_rest(std::string_view rest) {
  const auto digits = std::count_if(rest.begin(), rest.end(), is_digit);
  if (rest.front() == '-' || rest.front() == '/' || rest.front() == ':' || rest.front() == '.')
    return Kind::text;
  if (rest.front() == ' ' || rest.front() == '\t') rest = trimmed(rest);
  const bool word = is_letter(rest.front()) || static_cast<unsigned char>(rest.front()) >= 0x80;
  if (word) return digits > 1 ? Kind::text : Kind::unit;
  return Kind::other;
}

Number read_clean(std::string_view field) {
  Number number;
  if (field.empty()) return {.kind = Kind::empty};
  if (says_missing(field)) return {.kind = Kind::missing};
  if (field.ends_with('%')) {
    number = read_clean(trimmed(field.substr(0, field.size() - 1)));
    number.percent = true;
    return number;
  }
  const auto [stop, status] = parse(field, number.value);
  const std::string_view rest = field.substr(static_cast<std::size_t>(stop - field.data()));
  if (status != std::errc::invalid_argument && rest.empty()) {
    number.kind = status == std::errc::result_out_of_range ? Kind::out_of_range
                  : std::isfinite(number.value)            ? Kind::number
                                                           : Kind::not_finite;
    number.point = field.find('.') != std::string_view::npos;
    number.may_be_thousands = may_be_thousands(field, field.find('.'));
    number.leading_zero = field.size() > 1 && field[0] == '0' && is_digit(field[1]);
    number.exponent = field.find_first_of("eE") != std::string_view::npos;
    return number;
  }
  if (const std::size_t letter = field.find_first_of("Dd"); has_exponent_of_fortran(field, letter)) {
    std::string text(field);
    text[letter] = 'E';
    return read_clean(text);
  }
  if (has_thousands(field)) return {.kind = Kind::thousands};
  if (const std::string text = with_point(field); !text.empty()) {
    number = read_clean(text);
    if (number.kind == Kind::number) {
      number.point = false;
      number.comma = true;
      number.may_be_thousands = may_be_thousands(field, field.find(','));
      return number;
    }
  }
  if (field.starts_with("$") || field.starts_with("€") || field.starts_with("£")) return {.kind = Kind::unit};
  if (status == std::errc::invalid_argument) return {.kind = Kind::text};
  return {.kind = kind_of_rest(rest)};
}

}  // namespace

Number read_number(std::string_view field) {
  field = trimmed(field);
  if (!field.starts_with(minus_sign)) return read_clean(field);
  Number number = read_clean("-" + std::string(field.substr(minus_sign.size())));
  number.minus = true;
  return number;
}

std::optional<int> take_digits(std::string_view& text) {
  const std::string_view digits = digits_of(text);
  if (digits.empty() || digits.size() > 4) return {};
  int number = 0;
  for (const char digit : digits) number = 10 * number + (digit - '0');
  text.remove_prefix(digits.size());
  return number;
}

std::string hint(Kind kind, std::string_view field) {
  switch (kind) {
    case Kind::thousands:
      return "write numbers without separators of thousands: 1234.5";
    case Kind::unit:
      return "write the number alone; its unit can stand in the column's name";
    case Kind::not_finite:
    case Kind::missing:
      return "a finite number is needed. Fill the hole";
    case Kind::out_of_range:
      return "a double goes from about 1e-308 to 1e308";
    case Kind::other:
      if (field.find_first_of(" \t,;|") != std::string_view::npos)
        return "one number is needed. If columns are separated in another way, --separator says so";
      return "a number is needed, and nothing behind it";
    default:
      return "a number is needed";
  }
}

}  // namespace lesson::csv
