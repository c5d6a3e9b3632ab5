#pragma once
#include <charconv>
#include <string_view>

namespace lesson {

/// As std::from_chars reads a double at the beginning of a text. (The standard library of Clang has that since
/// version 20 alone; before, it is read_decimal_by_strtod.)
std::from_chars_result read_decimal(std::string_view text, double& value);

/// The same by std::strtod, which takes more: white space, a plus sign, hexadecimal digits.
std::from_chars_result read_decimal_by_strtod(std::string_view text, double& value);

}  // namespace lesson
