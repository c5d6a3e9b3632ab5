#pragma once
#include <fmt/core.h>

#include <initializer_list>
#include <iosfwd>
#include <span>
#include <utility>
#include <vector>

#include "tinygrad_cpp/array/nested.hpp"
#include "tinygrad_cpp/array/shape.hpp"
#include "tinygrad_cpp/array/temporary_values.hpp"

namespace tg {

/// Integers with a shape: class labels, token ids, positions. They carry no gradient.
class Indices {
 public:
  Indices() = default;
  /// The nested list that it looks like: `Indices ids = {{1, 2}, {0, 1}}` has shape [2, 2]. Error when
  /// ragged.
  Indices(std::initializer_list<Nested<int>> items);
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
  TemporaryValues<int> values() && { return {std::move(values_)}; }
  /// The value at a position, an index for each axis; negative ones count from the end.
  int at(std::initializer_list<int> position) const;

 private:
  Shape shape_ = {0};
  std::vector<int> values_;
};

/// `indices({{1, 2}, {0, 1}})`: any depth; Error when ragged. Those of a vector are [its size].
Indices indices(const Nested<int>& values);
template <std::same_as<int> T>  // a template, since a plain one would be as good for {1, 2} as the above
Indices indices(const std::vector<T>& values) {
  return Indices(Shape{static_cast<int>(values.size())}, values);
}

std::ostream& operator<<(std::ostream& out, const Indices& indices);

/// The place of `position` in row-major order. Error naming `op` when an index is outside the shape.
std::int64_t offset_of(const char* op, const Shape& shape, std::initializer_list<int> position);

}  // namespace tg

template <>
struct fmt::formatter<tg::Indices> {
  fmt::formatter<int> element;  // {:3} gives each number three places
  constexpr auto parse(fmt::format_parse_context& context) { return element.parse(context); }
  auto format(const tg::Indices& indices, fmt::format_context& context) const -> decltype(context.out());
};
