#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "tinygrad_cpp/array/real.hpp"

// Positive numbers with the digits of a Real and the range of its logarithm, for sums over products of very many
// probabilities: an exponent of their own keeps them from underflowing. Sums and products neither branch nor call, so that
// loops over rows are vectorised. No header that users include includes this one.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace wide {

using Power = std::conditional_t<sizeof(Real) == 4, std::int32_t, std::int64_t>;

/// digits * 2^power. The digits are positive; from 1 to 2 in what product() gives.
struct Number {
  Real digits;
  Power power;
};

/// The power of 0, the lowest there is: four of them can be added up. Sums of zeros can end up to `slack`
/// above it, because each product rounds up.
inline constexpr Power nothing = -(Power{1} << (std::numeric_limits<Power>::digits - 2)), slack = 1 << 24;

inline constexpr int digit_bits = std::numeric_limits<Real>::digits - 1;
inline constexpr Power bias = std::numeric_limits<Real>::max_exponent - 1;
inline constexpr double ln2 = 0.693147180559945309417;

/// 2^power as a Real, 0 where it is too small for one. The power must not be too large for one.
inline Real power_of_two(Power power) {
  return std::bit_cast<Real>(std::max(power + bias, Power{0}) << digit_bits);
}

inline Number sum(Number a, Number b) {
  const Power power = std::max(a.power, b.power);
  return {a.digits * power_of_two(a.power - power) + b.digits * power_of_two(b.power - power), power};
}

inline Number product(Number a, Number b) {
  const Power bits = std::bit_cast<Power>(a.digits * b.digits);
  constexpr Power one = bias << digit_bits, all_digits = (Power{1} << digit_bits) - 1;
  return {std::bit_cast<Real>((bits & all_digits) | one),
          std::max(a.power + b.power + (bits >> digit_bits) - bias, nothing)};
}

inline double log(Number a) {
  return std::log(static_cast<double>(a.digits)) + static_cast<double>(a.power) * ln2;
}

/// Numbers side by side in memory that is another's.
struct Row {
  Real* digits;
  Power* power;

  Number operator[](std::int64_t i) const { return {digits[i], power[i]}; }
  void set(std::int64_t i, Number number) const { digits[i] = number.digits, power[i] = number.power; }
  Row from(std::int64_t i) const { return {digits + i, power + i}; }
};

}}}  // namespace tg::wide
