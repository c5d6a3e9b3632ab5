#pragma once
#include <concepts>
#include <initializer_list>
#include <type_traits>
#include <vector>

#include "tinygrad_cpp/array/real.hpp"
#include "tinygrad_cpp/array/shape.hpp"

namespace tg {

/// What stands for a tensor of one element; a bool does not.
template <class T>
concept Number = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

/// A number as a Real. Error naming `op` when it is finite and too large for one.
Real to_real(const char* op, double number);

/// Braced numbers of any depth, `{{1, 2}, {3, 4}}`, gathered in row-major order with their shape. Error when ragged, or
/// when a number does not fit into a T.
template <class T>
struct Nested {
  /// What a single number is handed on as: integers must stay integers.
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

// Compiled once, in nested.cpp: a large table would take long in each program that holds one.
extern template struct Nested<Real>;
extern template struct Nested<int>;

}  // namespace tg
