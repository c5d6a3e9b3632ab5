#pragma once
#include <fmt/core.h>

#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "tinygrad_cpp/array/nested.hpp"
#include "tinygrad_cpp/array/shape.hpp"

namespace tg {

/// Integers with a shape: class labels, token ids, positions. They carry no gradient.
class Indices {
 public:
  Indices() = default;
  /// Row-major values; Error unless their number is the shape's size.
  Indices(const Shape& shape, std::vector<int> values);

  Indices(const Indices&) = default;
  Indices(Indices&& other) noexcept
      : shape_(std::exchange(other.shape_, Shape{0})), values_(std::move(other.values_)) {}
  Indices& operator=(Indices other) noexcept {
    std::swap(shape_, other.shape_);
    std::swap(values_, other.values_);
    return *this;
  }

  const Shape& shape() const { return shape_; }
  int rank() const { return shape_.rank(); }
  int dim(int axis) const { return shape_.dim(axis); }
  std::int64_t size() const { return static_cast<std::int64_t>(values_.size()); }
  std::span<const int> values() const& { return values_; }
  std::vector<int> values() && { return std::move(values_); }  // a view of a temporary would dangle
  /// The value at a position, an index for each axis; negative ones count from the end.
  int at(std::initializer_list<int> position) const;

 private:
  Shape shape_ = {0};
  std::vector<int> values_;
};

/// `indices({{1, 2}, {0, 1}})`: any depth; Error when ragged.
Indices indices(const Nested<int>& values);

/// The place of `position` in row-major order. Error naming `op` when an index is outside the shape.
std::int64_t offset_of(const char* op, const Shape& shape, std::initializer_list<int> position);

}  // namespace tg

template <>
struct fmt::formatter<tg::Indices> {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
  auto format(const tg::Indices& indices, fmt::format_context& context) const -> decltype(context.out());
};
