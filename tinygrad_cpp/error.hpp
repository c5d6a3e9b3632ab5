#pragma once
#include <fmt/core.h>

#include <cmath>
#include <concepts>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace tg {

/// The only error type. Its text has the form `[op] what is wrong: what was got; what is needed. hint`.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The value as messages print it. A NaN loses its sign, which has no meaning, so no message shows "-nan".
template <std::floating_point T>
T plain_nan(const T& value) {
  return std::isnan(value) ? std::numeric_limits<T>::quiet_NaN() : value;
}
template <class T>
const T& plain_nan(const T& value) {
  return value;
}

[[noreturn]] void vfail(std::string_view op, fmt::string_view format, fmt::format_args args);

/// Gives each value a name, because make_format_args() does not accept temporaries.
template <class... Args>
[[noreturn]] void fail_with(std::string_view op, fmt::string_view format, const Args&... args) {
  vfail(op, format, fmt::make_format_args(args...));
}

/// Throws an Error: `fail("dense", "input has {} features; {} are needed", got, needed)`.
template <class... Args>
[[noreturn]] void fail(std::string_view op, fmt::format_string<const Args&...> format, const Args&... args) {
  fail_with(op, format, plain_nan(args)...);
}

}  // namespace tg
