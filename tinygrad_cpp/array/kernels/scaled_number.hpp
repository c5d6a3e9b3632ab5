#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "tinygrad_cpp/array/real.hpp"

// Positive numbers with the mantissa of a Real and the range of its logarithm, for sums over products of very many
// probabilities: an exponent of their own keeps them from underflowing. Sums and products neither branch nor call, so that
// loops over rows are vectorised. No header that users include includes this one.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace scaled {

using Exponent = std::conditional_t<sizeof(Real) == 4, std::int32_t, std::int64_t>;

/// mantissa * 2^exponent. The mantissa is positive; product() makes it at least 1 and below 2.
struct Number {
  Real mantissa;
  Exponent exponent;
};

/// The exponent of 0, the lowest there is: four of them can be added up. Sums of zeros can end up to `zero_slack`
/// above it, because each product rounds up.
inline constexpr Exponent zero_exponent = -(Exponent{1} << (std::numeric_limits<Exponent>::digits - 2)),
                          zero_slack = 1 << 24;

inline constexpr int mantissa_bits = std::numeric_limits<Real>::digits - 1;
inline constexpr Exponent bias = std::numeric_limits<Real>::max_exponent - 1;
inline constexpr double ln2 = 0.693147180559945309417;

/// 2^exponent as a Real, 0 where it is too small for one. The exponent must not be too large for one.
inline Real power_of_two(Exponent exponent) {
  return std::bit_cast<Real>(std::max(exponent + bias, Exponent{0}) << mantissa_bits);
}

inline Number sum(Number a, Number b) {
  const Exponent exponent = std::max(a.exponent, b.exponent);
  return {a.mantissa * power_of_two(a.exponent - exponent) + b.mantissa * power_of_two(b.exponent - exponent),
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

/// Numbers side by side in memory that is another's.
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
