#include "support/decimal.hpp"

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <string>
#include <version>

namespace lesson {

std::from_chars_result read_decimal(std::string_view text, double& value) {
#ifdef __cpp_lib_to_chars
  return std::from_chars(text.data(), text.data() + text.size(), value);
#else
  return read_decimal_by_strtod(text, value);
#endif
}

std::from_chars_result read_decimal_by_strtod(std::string_view text, double& value) {
  std::string digits(text);
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  if (text.size() == sign || text[sign] == '+' || std::isspace(static_cast<unsigned char>(text[sign])) != 0)
    return {text.data(), std::errc::invalid_argument};
  if (digits.find_first_of("xX") == sign + 1) digits.resize(sign + 1);
  char* stop = nullptr;
  const double read = std::strtod(digits.c_str(), &stop);
  const std::ptrdiff_t size = stop - digits.c_str();
  if (size == 0) return {text.data(), std::errc::invalid_argument};
  // Infinity that is spelt begins with a letter; a zero has no other digit before its exponent.
  const std::string_view used = text.substr(0, static_cast<std::size_t>(size));
  const bool too_large = std::isinf(read) && used.find_first_of("0123456789") != std::string_view::npos;
  const bool too_small = read == 0 && used.substr(0, used.find_first_of("eE")).find_first_of("123456789") !=
                                          std::string_view::npos;
  if (too_large || too_small) return {text.data() + size, std::errc::result_out_of_range};
  value = read;
  return {text.data() + size, std::errc()};
}

}  // namespace lesson
