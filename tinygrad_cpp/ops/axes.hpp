#pragma once
#include <concepts>
#include <initializer_list>
#include <limits>
#include <type_traits>
#include <utility>

#include "tinygrad_cpp/array/shape.hpp"

namespace tg {

/// The axes of a reduction: one axis, several as in `{0, 1}`, or all. Negative axes count from the end.
class Axes {
 public:
  template <std::integral T>
  requires(!std::same_as<T, bool>) Axes(T axis)
      : Axes({std::in_range<int>(axis) ? static_cast<int>(axis) : std::numeric_limits<int>::max()}) {}
  template <class T>
  requires(std::is_enum_v<T>&& std::convertible_to<T, int>) Axes(T axis) : Axes({static_cast<int>(axis)}) {}
  // sum(x, true) would reduce axis 1; keepdim comes after the axes: sum(x, -1, keepdim)
  Axes(std::same_as<bool> auto) = delete;
  Axes(std::initializer_list<int> axes);
  static Axes all();

  /// The axes as a set, for a shape. Error that names `op` when an axis does not exist or is named twice.
  AxisSet of(const Shape& shape, const char* op) const;

 private:
  Axes() = default;

  int count_ = -1;  // -1: all
  std::array<int, Shape::max_rank> axes_ = {};
};

/// Whether a reduction keeps its axes with size 1, so that the result broadcasts against the input.
enum class Keep { no, yes };
inline constexpr Keep keepdim = Keep::yes;

}  // namespace tg
