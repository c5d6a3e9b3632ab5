#pragma once
#include <concepts>
#include <initializer_list>
#include <type_traits>
#include <utility>
#include <vector>

#include "tinygrad_cpp/array/shape.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg {

/// Braced numbers of any depth, `{{1, 2}, {3, 4}}`, gathered in row-major order with their shape. Error when ragged.
template <class T>
struct Nested {
  std::vector<T> values;
  Shape shape;

  template <class Number>
  requires std::is_arithmetic_v<Number> &&
      (std::is_floating_point_v<T> || std::is_integral_v<Number>)Nested(Number number)
      : values{static_cast<T>(number)} {
    if constexpr (std::is_integral_v<T>)
      if (!std::in_range<T>(number)) fail("indices", "{} does not fit into an int", number);
  }

  Nested(std::initializer_list<Nested> items) : shape{static_cast<int>(items.size())} {
    if (items.size() == 0) return;
    const Shape& first = items.begin()->shape;
    int position = 0;
    for (const Nested& item : items) {
      if (item.shape != first)
        fail("tensor", "ragged: item 0 has shape {}, item {} has shape {}; all must be alike", first,
             position, item.shape);
      values.insert(values.end(), item.values.begin(), item.values.end());
      ++position;
    }
    shape = first.inserted(0, position);
  }
};

}  // namespace tg
