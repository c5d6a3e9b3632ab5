#pragma once
#include "tinygrad_cpp/array/array.hpp"
#include "tinygrad_cpp/array/kernels/parallel.hpp"

namespace tg {

/// The loops over two arrays a and b that are broadcast to a common shape `out`. Each axis has a stride in a
/// and a stride in b. A stride is 0 where the array is repeated. Neighbouring axes are merged where each
/// array is contiguous over both or repeated over both, so that the innermost loop is as long as possible.
struct BroadcastPlan {
  BroadcastPlan(const char* op, const Shape& a, const Shape& b);

  struct Axis {
    std::int64_t size, stride_a, stride_b;
  };
  Shape out;
  int axis_count = 0;                      // at least 1
  std::array<Axis, Shape::max_rank> axes;  // outermost first
};

/// f applied to every element: the value of a pointwise operation.
template <class F>
Array map(const Array& a, F f) {
  a.check_defined("map");
  Array out(a.shape());
  const Real* p = a.data();
  Real* q = out.mutable_data();
  parallel_for(a.size(), 1, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) q[i] = f(p[i]);
  });
  return out;
}

/// f(a, b) for each pair of elements, with broadcasting. Error naming `op` if the shapes do not broadcast.
template <class F>
Array map(const char* op, const Array& a, const Array& b, F f) {
  a.check_defined(op), b.check_defined(op);
  if (a.shape() == b.shape()) {
    Array out(a.shape());
    const Real *p = a.data(), *q = b.data();
    Real* r = out.mutable_data();
    parallel_for(out.size(), 1, [=](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) r[i] = f(p[i], q[i]);
    });
    return out;
  }
  const BroadcastPlan plan(op, a.shape(), b.shape());
  Array out(plan.out);
  if (out.size() == 0) return out;
  const auto& row = plan.axes[static_cast<std::size_t>(plan.axis_count - 1)];
  const Real *p = a.data(), *q = b.data();
  Real* r = out.mutable_data();
  std::array<std::int64_t, Shape::max_rank> at = {};
  for (;;) {
    // The innermost strides are 0 or 1, and not both 0. The compiler can vectorise a loop for each case.
    if (row.stride_a == 1 && row.stride_b == 1)
      for (std::int64_t i = 0; i < row.size; ++i) r[i] = f(p[i], q[i]);
    else if (row.stride_a == 1)
      for (std::int64_t i = 0; i < row.size; ++i) r[i] = f(p[i], *q);
    else
      for (std::int64_t i = 0; i < row.size; ++i) r[i] = f(*p, q[i]);
    r += row.size;
    int axis = plan.axis_count - 2;
    for (; axis >= 0; --axis) {
      const auto i = static_cast<std::size_t>(axis);
      const auto& loop = plan.axes[i];
      p += loop.stride_a, q += loop.stride_b;
      if (++at[i] < loop.size) break;
      p -= loop.stride_a * loop.size, q -= loop.stride_b * loop.size;
      at[i] = 0;
    }
    if (axis < 0) return out;
  }
}
template <class F>
Array map(const Array& a, const Array& b, F f) {
  return map("map", a, b, f);
}

}  // namespace tg
