#include "tinygrad_cpp/io/stored_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

// Floating-point types of 16 bits, which C++20 does not have: half precision (IEEE 754), and bfloat16, the
// upper half of a float.
struct Half {
  std::uint16_t bits;
};
struct BrainFloat {
  std::uint16_t bits;
};
struct Bool {
  std::uint8_t byte;
};

float number(Half half) {
  const int exponent = half.bits >> 10 & 31, fraction = half.bits & 1023;
  const float size = exponent == 31  ? (fraction ? NAN : INFINITY)
                     : exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)  // subnormal, or 0
                                     : std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  return half.bits >> 15 ? -size : size;
}
float number(BrainFloat half) { return std::bit_cast<float>(std::uint32_t{half.bits} << 16); }
int number(Bool value) { return value.byte != 0; }
template <class T>
requires std::is_arithmetic_v<T> T number(T stored) { return stored; }

// Whether Real can hold the number. A floating-point number may be rounded, but must not become infinite. An
// integer must stay exact.
template <class T>
bool holds(T number) {
  if constexpr (std::is_floating_point_v<T>) {
    return !std::isfinite(number) || std::abs(number) <= std::numeric_limits<Real>::max();
  } else {
    const auto bits = static_cast<std::uint64_t>(number), size = number < 0 ? 0 - bits : bits;
    return size == 0 || std::bit_width(size) - std::countr_zero(size) <= std::numeric_limits<Real>::digits;
  }
}

template <class T>
std::optional<std::string> to_real(const char* bytes, std::span<Real> numbers) {
  for (Real& real : numbers) {
    T stored;
    std::memcpy(&stored, bytes, sizeof stored);
    bytes += sizeof stored;
    const auto value = number(stored);
    if (!holds(value)) return fmt::format("{}", value);
    real = static_cast<Real>(value);
  }
  return std::nullopt;
}

template <class T>
constexpr StoredType type(std::string_view name) {
  return {name, sizeof(T), to_real<T>};
}

constexpr StoredType types[] = {type<double>("F64"),        type<float>("F32"),
                                type<Half>("F16"),          type<BrainFloat>("BF16"),
                                type<std::int64_t>("I64"),  type<std::int32_t>("I32"),
                                type<std::int16_t>("I16"),  type<std::int8_t>("I8"),
                                type<std::uint64_t>("U64"), type<std::uint32_t>("U32"),
                                type<std::uint16_t>("U16"), type<std::uint8_t>("U8"),
                                type<Bool>("BOOL")};

}  // namespace

const StoredType* stored_type(std::string_view name) {
  const auto found = std::find_if(std::begin(types), std::end(types),
                                  [=](const StoredType& each) { return each.name == name; });
  return found == std::end(types) ? nullptr : found;
}

const StoredType& type_of_real() { return *stored_type(sizeof(Real) == 4 ? "F32" : "F64"); }

}}  // namespace tg
