#pragma once
#include <concepts>
#include <initializer_list>
#include <type_traits>
#include <vector>

#include "tinygrad_cpp/array/real.hpp"
#include "tinygrad_cpp/array/shape.hpp"

namespace tg {

/// A type that converts to a tensor of one element: any number but bool.
template <class T>
concept Number = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

/// A number as a Real. Error naming `op` if the number is finite and too large for a Real.
Real to_real(const char* op, double number);

/// A nested list of numbers of any depth, `{{1, 2}, {3, 4}}`, as row-major values with a shape. Error if the
/// list is ragged or a number does not fit into T.
template <class T>
struct Nested {
  /// The type in which a number is checked. For integers it is not double, which would round them.
  using Wide = std::conditional_t<std::is_integral_v<T>, long long, double>;

  template <class Number>
  requires(std::is_arithmetic_v<Number> && (std::is_floating_point_v<T> || std::is_integral_v<Number>))
      Nested(Number number) {
    set(static_cast<Wide>(number));
  }
  Nested(std::initializer_list<Nested> items);

  std::vector<T> values;
  Shape shape;

 private:
  void set(Wide number);
};

// Compiled once, in nested.cpp: programs with large tables would otherwise compile slowly.
extern template struct Nested<Real>;
extern template struct Nested<int>;

}  // namespace tg
