#include "tinygrad_cpp/array/shape.hpp"

#include <algorithm>
#include <ostream>

#include "tinygrad_cpp/error.hpp"

namespace tg {

namespace {

constexpr std::int64_t max_elements = std::int64_t{1} << 56;  // so that the number of bytes fits in 64 bits

}  // namespace

Shape::Shape(std::span<const int> dims) {
  if (dims.size() > max_rank) fail("shape", "{} axes; at most {} are possible", dims.size(), max_rank);
  std::int64_t size = 1;
  for (int dim : dims) {
    if (dim < 0)
      fail("shape", "axis {} has size {}; sizes must not be negative. Only reshape takes a -1", rank_, dim);
    // An axis of size 0 counts as 1 here, because other functions multiply the sizes of the other axes.
    if (size > max_elements / std::max(1, dim))
      fail("shape", "the sizes {} multiply to more elements than memory can hold", bracketed(dims));
    size *= std::max(1, dim);
    dims_[static_cast<std::size_t>(rank_++)] = dim;
  }
}

std::int64_t Shape::size() const {
  std::int64_t size = 1;
  for (int dim : *this) size *= dim;
  return size;
}

void Shape::fail_no_axis(const char* op, int axis) const {
  if (rank_ == 0) fail(op, "axis {} of a single number (shape []); it has no axes", axis);
  fail(op, "axis {} of shape {}; axes go from {} to {}", axis, *this, -rank_, rank_ - 1);
}

Shape Shape::with(int axis, int size) const {
  std::array<int, max_rank> dims = dims_;
  dims[static_cast<std::size_t>(this->axis("with", axis))] = size;
  return Shape(std::span<const int>(dims).first(static_cast<std::size_t>(rank_)));
}

Shape Shape::inserted(int axis, int size) const {
  if (axis < 0 || axis > rank_)
    fail("inserted", "axis {} for shape {}; new axes go from 0 to {}", axis, *this, rank_);
  std::array<int, max_rank + 1> dims;
  auto tail = std::copy(begin(), begin() + axis, dims.begin());
  *tail = size;
  std::copy(begin() + axis, end(), tail + 1);
  return Shape(std::span<const int>(dims.data(), static_cast<std::size_t>(rank_) + 1));
}

Shape Shape::without(int axis) const {
  axis = this->axis("without", axis);
  Shape result = *this;
  std::copy(begin() + axis + 1, end(), result.dims_.begin() + axis);
  result.dims_[static_cast<std::size_t>(--result.rank_)] = 0;
  return result;
}

AxisView view_along(const Shape& shape, int axis) {
  axis = shape.axis("view_along", axis);
  AxisView view{1, shape[axis], 1};
  for (int i = 0; i < axis; ++i) view.outer *= shape[i];
  for (int i = axis + 1; i < shape.rank(); ++i) view.inner *= shape[i];
  return view;
}

Shape keep_axes(const Shape& shape, AxisSet reduced) {
  Shape result = shape;
  for (int i = 0; i < shape.rank(); ++i)
    if (reduced.contains(i)) result = result.with(i, 1);
  return result;
}

Shape drop_axes(const Shape& shape, AxisSet reduced) {
  Shape result = shape;
  for (int i = shape.rank() - 1; i >= 0; --i)
    if (reduced.contains(i)) result = result.without(i);
  return result;
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  return out << bracketed({shape.begin(), shape.end()});
}

std::string bracketed(std::span<const int> numbers) {
  std::string text = "[";
  for (std::size_t i = 0; i < numbers.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(numbers[i]);
  return text + "]";
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  const int lead = to.rank() - from.rank();
  if (lead < 0) return false;
  for (int i = 0; i < from.rank(); ++i)
    if (from[i] != 1 && from[i] != to[lead + i]) return false;
  return true;
}

Shape broadcast_shape(const char* op, const Shape& a, const Shape& b) {
  Shape result = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  const int lead = result.rank() - shorter.rank();
  for (int i = 0; i < shorter.rank(); ++i) {
    const int p = result[lead + i], q = shorter[i];
    if (p != q && p != 1 && q != 1)
      fail(op, "shapes do not broadcast: {} and {}; counted from the right, sizes must be equal or 1", a, b);
    if (p == 1) result = result.with(lead + i, q);
  }
  return result;
}

}  // namespace tg

auto fmt::formatter<tg::Shape>::format(const tg::Shape& shape, fmt::format_context& context) const
    -> decltype(context.out()) {
  const std::string text = tg::bracketed({shape.begin(), shape.end()});
  return std::copy(text.begin(), text.end(), context.out());
}
