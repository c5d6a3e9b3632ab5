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
  /// A nested list: `Indices ids = {{1, 2}, {0, 1}}` has shape [2, 2]. Error if the list is ragged.
  Indices(std::initializer_list<Nested<int>> items);
  /// Row-major values. Error unless their number equals the shape's size.
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
  /// The value at a position, one index per axis. Negative indices count from the end.
  int at(std::initializer_list<int> position) const;

 private:
  Shape shape_ = {0};
  std::vector<int> values_;
};

/// Indices from a nested list of any depth, `indices({{1, 2}, {0, 1}})`, or from a vector (shape [its size]).
/// Error if the list is ragged.
Indices indices(const Nested<int>& values);
template <std::same_as<int> T>  // a template: without one, indices({1, 2}) would be ambiguous
Indices indices(const std::vector<T>& values) {
  return Indices(Shape{static_cast<int>(values.size())}, values);
}

std::ostream& operator<<(std::ostream& out, const Indices& indices);

/// The offset of `position` in row-major order. Error naming `op` if an index is outside the shape.
std::int64_t offset_of(const char* op, const Shape& shape, std::initializer_list<int> position);

}  // namespace tg

template <>
struct fmt::formatter<tg::Indices> {
  fmt::formatter<int> element;  // {:3} applies to each number
  constexpr auto parse(fmt::format_parse_context& context) { return element.parse(context); }
  auto format(const tg::Indices& indices, fmt::format_context& context) const -> decltype(context.out());
};
