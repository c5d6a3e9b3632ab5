#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "tinygrad_cpp/array/real.hpp"

// Scaled numbers: positive numbers mantissa * 2^exponent, for sums of products of very many probabilities.
// Such a product underflows a Real. Internal: no public header includes this one.
//
// The plain form stores logarithms. A product of probabilities is then a sum, and a sum is
//   double log_add(double a, double b) {
//     return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
//   }
// Each sum takes an exponential and a logarithm. In float, digits are lost too: a logarithm near -500 is
// rounded by up to 1.5e-5, so the probability has only four or five correct digits.
// A scaled number has all digits of a Real, because its exponent is a separate integer. sum() and product()
// have no branches and call no function, so the compiler vectorises loops over them.
// Gain (`make bench-gains`): a sum and a product take 1 / 78 of the time; ops/fused_ctc.cpp says what is left
// of that. tests/ctc_test.cpp holds the CTC kernel equal to its reference implementation, which adds
// logarithms, and checks the gradients at 1000 frames. tests/array_test.cpp checks sum() and product().

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace scaled {

using Exponent = std::conditional_t<sizeof(Real) == 4, std::int32_t, std::int64_t>;

/// mantissa * 2^exponent. The mantissa is positive; product() makes it at least 1 and below 2.
struct Number {
  Real mantissa;
  Exponent exponent;
};

/// The exponent of zero, the smallest used. Four such exponents can be added without overflow.
inline constexpr Exponent zero_exponent = -(Exponent{1} << (std::numeric_limits<Exponent>::digits - 2));
/// A sum of zeros can have an exponent up to this much above zero_exponent: its mantissa can reach 2 or more,
/// and the next product moves the excess into the exponent.
inline constexpr Exponent zero_slack = 1 << 24;

inline constexpr int mantissa_bits = std::numeric_limits<Real>::digits - 1;
inline constexpr Exponent bias = std::numeric_limits<Real>::max_exponent - 1;
inline constexpr double ln2 = 0.693147180559945309417;

/// 2^exponent as a Real, or 0 if it is too small for a Real. It must not be too large for one.
inline Real power_of_two(Exponent exponent) {
  return std::bit_cast<Real>(std::max(exponent + bias, Exponent{0}) << mantissa_bits);
}

inline Number sum(Number a, Number b) {
  const Exponent exponent = std::max(a.exponent, b.exponent);
  return {a.mantissa * power_of_two(a.exponent - exponent) + b.mantissa * power_of_two(b.exponent - exponent),
          exponent};
}

/// sum(sum(a, b), c), with one power of two less.
inline Number sum(Number a, Number b, Number c) {
  const Exponent exponent = std::max({a.exponent, b.exponent, c.exponent});
  return {a.mantissa * power_of_two(a.exponent - exponent) +
              b.mantissa * power_of_two(b.exponent - exponent) +
              c.mantissa * power_of_two(c.exponent - exponent),
          exponent};
}

inline Number product(Number a, Number b) {
  const Exponent bits = std::bit_cast<Exponent>(a.mantissa * b.mantissa);
  constexpr Exponent one = bias << mantissa_bits, mantissa_mask = (Exponent{1} << mantissa_bits) - 1;
  return {std::bit_cast<Real>((bits & mantissa_mask) | one),
          std::max(a.exponent + b.exponent + (bits >> mantissa_bits) - bias, zero_exponent)};
}

inline double log(Number a) {
  return std::log(static_cast<double>(a.mantissa)) + static_cast<double>(a.exponent) * ln2;
}

/// A view of consecutive numbers. Mantissas and exponents are in separate arrays.
struct Row {
  Real* mantissa;
  Exponent* exponent;

  Number operator[](std::int64_t i) const { return {mantissa[i], exponent[i]}; }
  void set(std::int64_t i, Number number) const {
    mantissa[i] = number.mantissa, exponent[i] = number.exponent;
  }
  Row from(std::int64_t i) const { return {mantissa + i, exponent + i}; }
};

}}}  // namespace tg::scaled
