#pragma once
namespace doctest {
class String;
}
namespace checks {
template <class T>
doctest::String text_of(const T& value);
}
// How doctest makes text of a value in a check. By its full name, so that a type of an answer cannot bring a
// function of its own.
#define DOCTEST_STRINGIFY(...) ::checks::text_of(__VA_ARGS__)
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// What tests of exercises compare with. CHECK(near(..)) that fails says where, what was got and what is
// needed, and names NaN.

/// What a comparison found; `text` is what a failed CHECK prints.
struct Finding {
  bool right = true;
  std::string text = "as needed";
  explicit operator bool() const { return right; }
};
template <>
struct doctest::StringMaker<Finding> {
  static String convert(const Finding& finding) { return finding.text.c_str(); }
};

inline std::string written(double number) {
  return std::isnan(number) ? "NaN (not a number)" : fmt::format("{:.10g}", number);
}

namespace checks {

template <class T>
constexpr bool is_of_an_answer() {
  return std::string_view(__PRETTY_FUNCTION__).find("exercise::") != std::string_view::npos;
}

template <class T>
doctest::String text_of(const T& value) {
  static_assert(!is_of_an_answer<T>(), "a check compares what an answer gives: its type must be the stub's");
  return doctest::toString(value);
}

inline Finding near(double got, double needed, double tolerance) {
  const double error = got == needed ? 0 : std::abs(got - needed) / std::max(1.0, std::abs(needed));
  if (error <= tolerance) return {};
  return {false, "got " + written(got) + ", " + written(needed) + " is needed"};
}

inline Finding near(const tg::Tensor& got, const tg::Tensor& needed, double tolerance) {
  if (!got.defined())
    return {false,
            "got an undefined tensor, one of shape " + fmt::format("{}", needed.shape()) + " is needed"};
  if (got.shape() != needed.shape())
    return {false, fmt::format("the shape is {}, {} is needed", got.shape(), needed.shape())};
  for (std::size_t i = 0; i < got.values().size(); ++i) {
    const Finding finding = near(got.values()[i], needed.values()[i], tolerance);
    if (!finding) return {false, fmt::format("element {} of {}: {}", i, got.shape(), finding.text)};
  }
  return {};
}

inline Finding gradients_right(const std::function<tg::Tensor(tg::Inputs)>& f, tg::Inputs inputs,
                               bool second_order) {
  const tg::GradcheckResult result = tg::gradcheck(f, inputs, {.second_order = second_order});
  if (result.ok && result.largest > 1e-3) return {};
  if (result.ok) return {false, "the result does not depend on the inputs"};
  if (std::isnan(result.worst)) return {false, "a value or a gradient is NaN (not a number): " + result.text};
  return {false, fmt::format("largest error {:.1e}, below 1e-06 is needed: {}", result.worst, result.text)};
}

// Objects, not functions: the call of a function looks for one in the answer's namespace too.
struct Near {
  Finding operator()(double got, double needed, double tolerance = 1e-9) const {
    return near(got, needed, tolerance);
  }
  Finding operator()(const tg::Tensor& got, const tg::Tensor& needed, double tolerance = 1e-9) const {
    return near(got, needed, tolerance);
  }
};
struct GradientsRight {
  Finding operator()(const std::function<tg::Tensor(tg::Inputs)>& f, tg::Inputs inputs,
                     bool second_order = false) const {
    return gradients_right(f, inputs, second_order);
  }
};

}  // namespace checks

/// Equal but for rounding: |got - needed| <= tolerance max(1, |needed|). Infinities must be the same.
/// Tensors: the same shape, and near in each element.
inline constexpr checks::Near near;

/// f's gradients are those that differences give, with a random upstream gradient; second order too when
/// asked.
inline constexpr checks::GradientsRight gradients_right;
