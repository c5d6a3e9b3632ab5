#include <Eigen/Core>
#include <algorithm>
#include <limits>

#include "tinygrad_cpp/array/kernels.hpp"
#include "tinygrad_cpp/array/parallel.hpp"

namespace tg::inline TG_REAL_NAMESPACE::kernels {
namespace {

using Vector = Eigen::Array<Real, Eigen::Dynamic, 1>;

/// Neighbouring axes that are both reduced, or both kept, act as one: the shape as groups of alternating kind, reduced
/// group by group from the right. Each step takes [outer, length, inner] to [outer, inner].
template <class Reduce>
Array reduce(const Array& a, AxisSet axes, Reduce reduce_view) {
  Array current = a;
  for (int last = a.rank() - 1; last >= 0; --last) {
    if (!axes.contains(last)) continue;
    int first = last;
    while (first > 0 && axes.contains(first - 1)) --first;
    AxisView view{1, 1, 1};
    for (int i = 0; i < current.rank(); ++i)
      (i < first ? view.outer : i <= last ? view.length : view.inner) *= current.shape()[i];
    AxisSet now;
    for (int i = first; i <= last; ++i) now.insert(i);
    Array next(drop_axes(current.shape(), now));
    if (next.size() > 0) reduce_view(current.data(), view, next.mutable_data());
    current = std::move(next);
    last = first;
  }
  return current;
}

/// Blocks are added in vectors and the blocks' sums in double, so that a long sum keeps its digits.
Real sum_of(const Real* values, std::int64_t count) {
  constexpr std::int64_t block = 1024;
  double total = 0;
  for (std::int64_t i = 0; i < count; i += block)
    total += static_cast<double>(Eigen::Map<const Vector>(values + i, std::min(block, count - i)).sum());
  return static_cast<Real>(total);
}

/// out[o, k] = combine over i of a[o, i, k], row by row so that the inner loop is vectorised.
template <class Combine>
void combine_rows(const Real* a, AxisView view, Real* out, Real start, Combine combine) {
  parallel_for(view.outer, view.length * view.inner, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t o = begin; o < end; ++o) {
      Real* sums = out + o * view.inner;
      std::fill_n(sums, view.inner, start);
      for (std::int64_t i = 0; i < view.length; ++i) {
        const Real* row = a + (o * view.length + i) * view.inner;
        for (std::int64_t k = 0; k < view.inner; ++k) sums[k] = combine(sums[k], row[k]);
      }
    }
  });
}

}  // namespace

Array sum(const Array& a, AxisSet axes) {
  return reduce(a, axes, [](const Real* values, AxisView view, Real* out) {
    if (view.inner != 1) return combine_rows(values, view, out, 0, [](Real p, Real q) { return p + q; });
    for (std::int64_t o = 0; o < view.outer; ++o) out[o] = sum_of(values + o * view.length, view.length);
  });
}

Array max(const Array& a, AxisSet axes) {
  return reduce(a, axes, [](const Real* values, AxisView view, Real* out) {
    if (view.inner != 1 || view.length == 0)
      return combine_rows(values, view, out, -std::numeric_limits<Real>::infinity(),
                          [](Real p, Real q) { return q > p || q != q ? q : p; });  // NaN stays NaN
    for (std::int64_t o = 0; o < view.outer; ++o)
      out[o] = Eigen::Map<const Vector>(values + o * view.length, view.length)
                   .template maxCoeff<Eigen::PropagateNaN>();
  });
}

Indices argmax(const Array& a, int axis) {
  const AxisView view = view_along(a.shape(), axis);
  std::vector<int> best(static_cast<std::size_t>(view.outer * view.inner));
  for (std::int64_t o = 0; o < view.outer; ++o)
    for (std::int64_t k = 0; k < view.inner; ++k) {
      const Real* column = a.data() + o * view.length * view.inner + k;
      std::int64_t top = 0;
      for (std::int64_t i = 1; i < view.length; ++i)
        if (const Real value = column[i * view.inner], best_so_far = column[top * view.inner];
            value > best_so_far ||
            (value != value && best_so_far == best_so_far))  // a NaN is the largest, as in max
          top = i;
      best[static_cast<std::size_t>(o * view.inner + k)] = static_cast<int>(top);
    }
  return {a.shape().without(axis), std::move(best)};
}

Array cumsum(const Array& a, int axis) {
  const AxisView view = view_along(a.shape(), axis);
  Array out = a.clone();
  Real* sums = out.mutable_data();
  for (std::int64_t o = 0; o < view.outer; ++o)
    for (std::int64_t i = 1; i < view.length; ++i) {
      Real* row = sums + (o * view.length + i) * view.inner;
      for (std::int64_t k = 0; k < view.inner; ++k) row[k] += row[k - view.inner];
    }
  return out;
}

Array sum_to(const Array& a, const Shape& shape) {
  AxisSet repeated;
  const int lead = a.rank() - shape.rank();
  for (int i = 0; i < a.rank(); ++i)
    if (i < lead || shape[i - lead] != a.shape()[i]) repeated.insert(i);
  return sum(a, repeated).reshaped(shape);
}

}  // namespace tg::inline TG_REAL_NAMESPACE::kernels
