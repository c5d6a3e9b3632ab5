#include "tinygrad_cpp/ops/axes.hpp"

#include <algorithm>

#include "tinygrad_cpp/error.hpp"

namespace tg {

Axes::Axes(std::initializer_list<int> axes) : count_(static_cast<int>(axes.size())) {
  if (count_ > Shape::max_rank)
    fail("axes", "{} axes were named; a shape has at most {}", count_, Shape::max_rank);
  std::copy(axes.begin(), axes.end(), axes_.begin());
}

Axes Axes::all() { return Axes(); }

AxisSet Axes::of(const Shape& shape, const char* op) const {
  AxisSet set;
  if (count_ < 0)
    for (int i = 0; i < shape.rank(); ++i) set.insert(i);
  for (int i = 0; i < count_; ++i) {
    const int axis = shape.axis(op, axes_[static_cast<std::size_t>(i)]);
    if (set.contains(axis))
      fail(op, "axis {} of shape {} is named twice; each can be reduced once", axis, shape);
    set.insert(axis);
  }
  return set;
}

}  // namespace tg
