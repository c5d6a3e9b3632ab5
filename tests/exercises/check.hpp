#pragma once
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// What tests of exercises compare with. CHECK(near(..)) that fails says where, what was got and what is needed, and names NaN.

/// What a comparison found; `text` is what a failed CHECK prints.
struct Finding {
  bool right = true;
  std::string text = "as needed";
  explicit operator bool() const { return right; }
};
inline doctest::String toString(const Finding& finding) { return finding.text.c_str(); }

inline std::string written(double number) {
  return std::isnan(number) ? "NaN (not a number)" : fmt::format("{:.10g}", number);
}

/// Equal but for rounding: |got - needed| <= tolerance max(1, |needed|). Infinities must be the same.
inline Finding near(double got, double needed, double tolerance = 1e-9) {
  const double error = got == needed ? 0 : std::abs(got - needed) / std::max(1.0, std::abs(needed));
  if (error <= tolerance) return {};
  return {false, "got " + written(got) + ", " + written(needed) + " is needed"};
}

/// The same shape, and near in each element.
inline Finding near(const tg::Tensor& got, const tg::Tensor& needed, double tolerance = 1e-9) {
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

/// f's gradients are those that differences give, for random inputs and a random upstream gradient; second order too
/// when asked.
inline Finding gradients_right(const std::function<tg::Tensor(tg::Inputs)>& f, tg::Inputs inputs,
                               bool second_order = false) {
  const tg::GradcheckResult result = tg::gradcheck(f, inputs, {.second_order = second_order});
  if (result.ok && result.largest > 1e-3) return {};
  if (result.ok) return {false, "the result does not depend on the inputs"};
  if (std::isnan(result.worst)) return {false, "a value or a gradient is NaN (not a number): " + result.text};
  return {false, fmt::format("largest error {:.1e}, below 1e-06 is needed: {}", result.worst, result.text)};
}
