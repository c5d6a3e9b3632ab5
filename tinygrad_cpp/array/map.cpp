#include "tinygrad_cpp/array/map.hpp"

namespace tg {

BroadcastPlan::BroadcastPlan(const char* op, const Shape& a, const Shape& b)
    : out(broadcast_shape(op, a, b)), axes{} {
  std::int64_t stride_a = 1, stride_b = 1;
  int first = Shape::max_rank;  // the loop finds the innermost axis first, so it fills `axes` from the back
  for (int i = 1; i <= out.rank(); ++i) {
    const int size = out[out.rank() - i];
    const int size_a = i <= a.rank() ? a[a.rank() - i] : 1, size_b = i <= b.rank() ? b[b.rank() - i] : 1;
    if (size == 1) continue;
    const Axis next{size, size_a == 1 ? 0 : stride_a, size_b == 1 ? 0 : stride_b};
    stride_a *= size_a, stride_b *= size_b;
    if (first < Shape::max_rank) {
      Axis& inner = axes[static_cast<std::size_t>(first)];
      if (next.stride_a == inner.stride_a * inner.size && next.stride_b == inner.stride_b * inner.size) {
        inner.size *= size;
        continue;
      }
    }
    axes[static_cast<std::size_t>(--first)] = next;
  }
  axis_count = Shape::max_rank - first;
  for (int i = 0; i < axis_count; ++i)
    axes[static_cast<std::size_t>(i)] = axes[static_cast<std::size_t>(first + i)];
  if (axis_count == 0) axes[static_cast<std::size_t>(axis_count++)] = {1, 1, 1};
}

}  // namespace tg
