#include "tinygrad_cpp/array/kernels/reductions.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "tinygrad_cpp/array/kernels/parallel.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {
namespace {

using Vector = Eigen::Array<Real, Eigen::Dynamic, 1>;

/// Reduces one group of axes after the other, from the right. A group is a sequence of neighbouring axes that
/// are all reduced; it counts as one axis. reduce_view reduces [outer, length, inner] to [outer, inner].
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
    AxisSet group;
    for (int i = first; i <= last; ++i) group.insert(i);
    Array next(drop_axes(current.shape(), group));
    if (next.size() > 0) reduce_view(current.data(), view, next.mutable_data());
    current = std::move(next);
    last = first;
  }
  return current;
}

/// totals[k] += sum over the rows i of row_at(i)[k]. row_at(i) points to row i. Eight rows are added in Real,
/// and their sum in double.
template <class RowAt>
void add_to_totals(std::int64_t rows, RowAt row_at, std::int64_t width, double* __restrict totals) {
  std::int64_t i = 0;
  for (; i + 8 <= rows; i += 8) {
    const Real *a = row_at(i), *b = row_at(i + 1), *c = row_at(i + 2), *d = row_at(i + 3);
    const Real *e = row_at(i + 4), *f = row_at(i + 5), *g = row_at(i + 6), *h = row_at(i + 7);
    for (std::int64_t k = 0; k < width; ++k)
      totals[k] += static_cast<double>(((a[k] + b[k]) + (c[k] + d[k])) + ((e[k] + f[k]) + (g[k] + h[k])));
  }
  for (; i < rows; ++i)
    for (std::int64_t k = 0; k < width; ++k) totals[k] += static_cast<double>(row_at(i)[k]);
}

/// The sum of contiguous values. Each lane of four vectors adds up 16 terms, and a double adds up the lanes'
/// sums.
Real sum_contiguous(const Real* values, std::int64_t count) {
  using namespace Eigen::internal;
  using Packet = packet_traits<Real>::type;
  constexpr std::int64_t size = packet_traits<Real>::size, block = 16 * 4 * size;
  double total = 0;
  std::int64_t i = 0;
  while (count - i >= size) {
    Packet sums[4];
    for (Packet& sum : sums) sum = pset1<Packet>(Real(0));
    const std::int64_t stop = i + std::min(block, count - i);
    for (; i + 4 * size <= stop; i += 4 * size)
      for (int p = 0; p < 4; ++p) sums[p] = padd(sums[p], ploadu<Packet>(values + i + p * size));
    for (; i + size <= stop; i += size) sums[0] = padd(sums[0], ploadu<Packet>(values + i));
    total += static_cast<double>(predux(padd(padd(sums[0], sums[1]), padd(sums[2], sums[3]))));
  }
  for (; i < count; ++i) total += static_cast<double>(values[i]);
  return static_cast<Real>(total);
}

constexpr std::int64_t max_columns = 512;  // whose sums in double fit into the first-level cache

/// out[k] = sum over i of a[i, k], for at most max_columns columns. Rows are `step` apart. A narrow matrix is
/// read as a wide one: one row of the wide matrix holds several rows. Their sums are added at the end.
void sum_rows(const Real* a, std::int64_t rows, std::int64_t columns, std::int64_t step, Real* out) {
  const std::int64_t rows_per_wide_row =
      step == columns
          ? std::clamp<std::int64_t>(max_columns / columns, 1, std::max<std::int64_t>(1, rows / 8))
          : 1;
  const std::int64_t width = rows_per_wide_row * columns, wide_rows = rows / rows_per_wide_row;
  std::array<double, max_columns> totals;
  std::fill_n(totals.begin(), width, 0.0);
  add_to_totals(
      wide_rows, [=](std::int64_t i) { return a + i * rows_per_wide_row * step; }, width, totals.data());
  const Real* rest = a + wide_rows * rows_per_wide_row * step;
  for (std::int64_t i = 0; i < (rows - wide_rows * rows_per_wide_row) * columns; ++i)
    totals[static_cast<std::size_t>(i)] += static_cast<double>(rest[i]);
  for (std::int64_t k = 0; k < columns; ++k) {
    double total = 0;
    for (std::int64_t i = k; i < width; i += columns) total += totals[static_cast<std::size_t>(i)];
    out[k] = static_cast<Real>(total);
  }
}

/// Replaces `rows` rows by their cumulative sums, which continue from `totals`, and updates `totals`.
template <int rows>
void cumsum_rows(Real* row, std::int64_t columns, double* __restrict totals) {
#ifndef __clang__
#pragma GCC ivdep  // columns are independent
#endif
  for (std::int64_t k = 0; k < columns; ++k) {
    const Real before = static_cast<Real>(totals[k]);
    Real sum = 0;
#pragma GCC unroll 8
    for (int i = 0; i < rows; ++i) {
      sum += row[i * columns + k];
      row[i * columns + k] = before + sum;
    }
    totals[k] += static_cast<double>(sum);
  }
}

/// out[o, k] = max over i of a[o, i, k], NaN if an element is NaN. Goes row by row, so that the compiler can
/// vectorise the inner loop.
void max_rows(const Real* a, AxisView view, Real* out) {
  parallel_for(view.outer, view.length * view.inner, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t o = begin; o < end; ++o) {
      Real* top = out + o * view.inner;
      std::fill_n(top, view.inner, -std::numeric_limits<Real>::infinity());
      for (std::int64_t i = 0; i < view.length; ++i) {
        const Real* row = a + (o * view.length + i) * view.inner;
        for (std::int64_t k = 0; k < view.inner; ++k)
          top[k] = row[k] > top[k] || row[k] != row[k] ? row[k] : top[k];
      }
    }
  });
}

}  // namespace

void move_to_doubles(std::span<Real> sums, std::vector<double>& doubles) {
  doubles.resize(sums.size());
  parallel_for(std::ssize(sums), 1, [p = sums.data(), q = doubles.data()](std::int64_t i, std::int64_t end) {
    // Two loops, because Clang 14 for WebAssembly would set a vector of sums to 0 before it reads them.
    for (std::int64_t k = i; k < end; ++k) q[k] += static_cast<double>(p[k]);
    std::fill(p + i, p + end, Real(0));
  });
}

void add_doubles(std::span<Real> sums, const std::vector<double>& doubles) {
  std::transform(doubles.begin(), doubles.end(), sums.begin(), sums.begin(),
                 [](double sum, Real last) { return static_cast<Real>(sum + static_cast<double>(last)); });
}

Array sum(const Array& a, AxisSet axes) {
  return reduce(a, axes, [](const Real* values, AxisView view, Real* out) {
    if (view.length == 0) return void(std::fill_n(out, view.outer * view.inner, Real(0)));
    if (view.length == 1) return void(std::copy_n(values, view.outer * view.inner, out));
    if (view.inner == 1) {
      for (std::int64_t o = 0; o < view.outer; ++o)
        out[o] = sum_contiguous(values + o * view.length, view.length);
      return;
    }
    // Each part has at most max_columns columns.
    const std::int64_t parts = (view.inner + max_columns - 1) / max_columns;
    parallel_for(view.outer * parts, view.length * view.inner / parts, [=](std::int64_t i, std::int64_t end) {
      for (; i < end; ++i) {
        const std::int64_t o = i / parts, first = i % parts * max_columns;
        sum_rows(values + o * view.length * view.inner + first, view.length,
                 std::min(max_columns, view.inner - first), view.inner, out + o * view.inner + first);
      }
    });
  });
}

Array max(const Array& a, AxisSet axes) {
  return reduce(a, axes, [](const Real* values, AxisView view, Real* out) {
    if (view.inner != 1 || view.length == 0) return max_rows(values, view, out);
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

Indices top_k(const Array& a, int axis, int k) {
  const AxisView view = view_along(a.shape(), axis);
  std::vector<int> ids(static_cast<std::size_t>(view.outer * k * view.inner)),
      order(static_cast<std::size_t>(view.length));
  for (std::int64_t o = 0; o < view.outer; ++o)
    for (std::int64_t i = 0; i < view.inner; ++i) {
      const Real* column = a.data() + o * view.length * view.inner + i;
      std::iota(order.begin(), order.end(), 0);
      std::partial_sort(order.begin(), order.begin() + k, order.end(), [=](int p, int q) {
        const Real x = column[p * view.inner], y = column[q * view.inner];
        if (std::isnan(x) != std::isnan(y)) return std::isnan(x);  // a NaN is the largest, as in max
        return x > y || (!(x < y) && p < q);
      });
      for (int place = 0; place < k; ++place)
        ids[static_cast<std::size_t>((o * k + place) * view.inner + i)] =
            order[static_cast<std::size_t>(place)];
    }
  return {a.shape().with(axis, k), std::move(ids)};
}

Array cumsum(const Array& a, int axis) {
  const AxisView view = view_along(a.shape(), axis);
  Array out = a.clone();
  Real* row = out.mutable_data();
  std::vector<double> totals(static_cast<std::size_t>(view.inner));
  for (std::int64_t o = 0; o < view.outer; ++o) {
    std::fill(totals.begin(), totals.end(), 0.0);
    std::int64_t i = 0;
    for (; i + 8 <= view.length; i += 8, row += 8 * view.inner)
      cumsum_rows<8>(row, view.inner, totals.data());
    for (; i < view.length; ++i, row += view.inner) cumsum_rows<1>(row, view.inner, totals.data());
  }
  return out;
}

Array sum_to(const Array& a, const Shape& shape) {
  if (shape.size() == a.size()) return a.reshaped(shape);
  AxisSet repeated;
  const int lead = a.rank() - shape.rank();
  for (int i = 0; i < a.rank(); ++i)
    if (i < lead || shape[i - lead] != a.shape()[i]) repeated.insert(i);
  return sum(a, repeated).reshaped(shape);
}

}}}  // namespace tg::kernels
