#include "tinygrad_cpp/array/indices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "tinygrad_cpp/array/print.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg {

Indices::Indices(std::initializer_list<Nested<int>> items) { *this = indices(Nested<int>(items)); }

Indices::Indices(const Shape& shape, std::vector<int> values) : shape_(shape), values_(std::move(values)) {
  if (size() != shape.size())
    fail("indices", "{} values for shape {}; {} are needed", size(), shape, shape.size());
}

int Indices::at(std::initializer_list<int> position) const {
  return values_[static_cast<std::size_t>(offset_of("at", shape_, position))];
}

Indices indices(const Nested<int>& values) { return Indices(values.shape, values.values); }

std::ostream& operator<<(std::ostream& out, const Indices& indices) {
  return out << fmt::format("{}", indices);
}

std::int64_t offset_of(const char* op, const Shape& shape, std::initializer_list<int> position) {
  if (static_cast<int>(position.size()) != shape.rank())
    fail(op, "{} indices for shape {}; one per axis is needed", position.size(), shape);
  std::int64_t offset = 0;
  int axis = 0;
  for (int index : position) {
    const int size = shape[axis];
    if (index < -size || index >= size)
      fail(op, "index {} on axis {} of shape {}; indices go from {} to {}", index, axis, shape, -size,
           size - 1);
    offset = offset * size + (index < 0 ? index + size : index);
    ++axis;
  }
  return offset;
}

}  // namespace tg

auto fmt::formatter<tg::Indices>::format(const tg::Indices& indices, fmt::format_context& context) const
    -> decltype(context.out()) {
  const std::span<const int> values = indices.values();
  return tg::print_bracketed(context, indices.shape(), [&](std::int64_t offset) {
    return element.format(values[static_cast<std::size_t>(offset)], context);
  });
}
