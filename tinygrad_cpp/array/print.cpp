#include "tinygrad_cpp/array/print.hpp"

#include <algorithm>

namespace tg {
namespace {

constexpr int longest_axis = 12, shown_at_an_end = 3;

std::string bracketed_from(const Shape& shape, int axis, std::int64_t offset, std::int64_t stride,
                           const std::function<std::string(std::int64_t)>& element) {
  if (axis == shape.rank()) return element(offset);
  stride /= std::max(1, shape[axis]);
  const bool innermost = axis + 1 == shape.rank();
  std::string text = "[";
  for (int i = 0; i < shape[axis]; ++i) {
    if (i > 0) text += innermost ? ", " : ",\n" + std::string(static_cast<std::size_t>(axis) + 1, ' ');
    if (shape[axis] > longest_axis && i == shown_at_an_end) {
      text += "...";
      i = shape[axis] - shown_at_an_end - 1;
      continue;
    }
    text += bracketed_from(shape, axis + 1, offset + i * stride, stride, element);
  }
  return text + "]";
}

}  // namespace

std::string bracketed(const Shape& shape, const std::function<std::string(std::int64_t offset)>& element) {
  return bracketed_from(shape, 0, 0, shape.size(), element);
}

}  // namespace tg
