#pragma once
#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <string>

namespace tg {

/// The sizes of an array's axes, outermost first. `Shape{}` is the shape of a single number: no axes, size 1.
/// A Shape has at most max_rank axes and stores them without a heap allocation.
class Shape {
 public:
  static constexpr int max_rank = 8;

  Shape() = default;
  Shape(std::initializer_list<int> dims) : Shape(std::span<const int>(dims.begin(), dims.size())) {}
  explicit Shape(std::span<const int> dims);

  int rank() const { return rank_; }
  /// The size of an axis. Negative axes count from the end. Error if there is no such axis.
  int operator[](int axis) const { return dims_[static_cast<std::size_t>(this->axis("shape", axis))]; }
  int dim(int axis) const { return dims_[static_cast<std::size_t>(this->axis("dim", axis))]; }
  /// The number of elements: the product of all sizes.
  std::int64_t size() const;
  const int* begin() const { return dims_.data(); }
  const int* end() const { return dims_.data() + rank_; }

  /// `axis` as a number from 0 to rank - 1. Negative axes count from the end. Error naming `op` if there is
  /// no such axis.
  int axis(const char* op, int axis) const {
    if (axis < -rank_ || axis >= rank_) fail_no_axis(op, axis);
    return axis < 0 ? axis + rank_ : axis;
  }
  /// This shape with another size for one axis. Negative axes count from the end.
  Shape with(int axis, int size) const;
  /// This shape with a new axis of `size` before axis `axis`, 0 <= axis <= rank.
  Shape inserted(int axis, int size) const;
  /// This shape without one axis. Negative axes count from the end.
  Shape without(int axis) const;

  bool operator==(const Shape& other) const = default;

 private:
  [[noreturn]] void fail_no_axis(const char* op, int axis) const;

  int rank_ = 0;
  std::array<int, max_rank> dims_ = {};  // 0 after the last axis
};

/// A shape as [outer, length, inner], where `length` is one axis: element (o, i, k) is at offset
/// (o * length + i) * inner + k.
struct AxisView {
  std::int64_t outer, length, inner;
};
AxisView view_along(const Shape& shape, int axis);

/// A set of axes, bit i for axis i. It is small, so that a backward rule can capture it by value.
class AxisSet {
 public:
  AxisSet() = default;
  bool contains(int axis) const { return (bits_ >> axis & 1U) != 0; }
  void insert(int axis) { bits_ |= 1U << axis; }

 private:
  unsigned bits_ = 0;
};

/// `shape` with size 1 for each axis of the set.
Shape keep_axes(const Shape& shape, AxisSet reduced);
/// `shape` without the axes of the set.
Shape drop_axes(const Shape& shape, AxisSet reduced);

std::ostream& operator<<(std::ostream& out, const Shape& shape);

/// The numbers as text: `[2, 3]`.
std::string bracketed(std::span<const int> numbers);

/// Whether `from` broadcasts to `to`: aligned at the right, each size of `from` is 1 or equal to that of
/// `to`.
bool broadcasts_to(const Shape& from, const Shape& to);

/// The shape that two shapes broadcast to: aligned at the right, two sizes are equal or one of them is 1.
/// Error naming `op` if the shapes do not broadcast.
Shape broadcast_shape(const char* op, const Shape& a, const Shape& b);

}  // namespace tg

template <>
struct fmt::formatter<tg::Shape> {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
  auto format(const tg::Shape& shape, fmt::format_context& context) const -> decltype(context.out());
};
