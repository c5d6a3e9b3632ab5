#include "tinygrad_cpp/array/print.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace tg {
namespace {

constexpr int max_shown = 12, edge_elements = 3;

struct Printer {
  fmt::format_context& context;
  const Shape& shape;
  const std::function<fmt::format_context::iterator(std::int64_t)>& element;

  void write(std::string_view text) const {
    context.advance_to(std::copy(text.begin(), text.end(), context.out()));
  }
  void print(int axis, std::int64_t offset, std::int64_t stride) const {
    if (axis == shape.rank()) return context.advance_to(element(offset));
    stride /= std::max(1, shape[axis]);
    write("[");
    for (int i = 0; i < shape[axis]; ++i) {
      if (i > 0) write(axis + 1 == shape.rank() ? ", " : ",\n");
      if (i > 0 && axis + 1 < shape.rank()) write(std::string(static_cast<std::size_t>(axis) + 1, ' '));
      if (shape[axis] > max_shown && i == edge_elements) {
        write("...");
        i = shape[axis] - edge_elements - 1;
        continue;
      }
      print(axis + 1, offset + i * stride, stride);
    }
    write("]");
  }
};

}  // namespace

fmt::format_context::iterator print_bracketed(
    fmt::format_context& context, const Shape& shape,
    const std::function<fmt::format_context::iterator(std::int64_t offset)>& element) {
  Printer{context, shape, element}.print(0, 0, shape.size());
  return context.out();
}

}  // namespace tg
