#pragma once
#include <span>
#include <vector>

#include "tinygrad_cpp/array/array.hpp"
#include "tinygrad_cpp/array/indices.hpp"

/// Loops over arrays, with no gradients and no checks beyond what map() does: the values of the operations in ops/.
namespace tg::inline TG_REAL_NAMESPACE::kernels {

// Pointwise, vectorised. exp(-inf) is exactly 0.
Array exp(const Array& a);
Array log(const Array& a);
Array tanh(const Array& a);
Array sigmoid(const Array& a);

/// op(a) op(b), where op transposes the last two axes if asked. [M,K] x [K,N] gives [M,N]; with one more axis in front
/// (or more, the same in both), one product per item.
Array matmul(const Array& a, bool transpose_a, const Array& b, bool transpose_b);

/// Adds that product to `sum`.
void add_matmul(Array& sum, const Array& a, bool transpose_a, const Array& b, bool transpose_b);

/// A matrix lying in memory: element (i, j) at data[i * row_step + j * column_step], where one of the steps is 1.
struct Matrix {
  const Real* data;
  std::int64_t rows, columns, row_step, column_step;

  Matrix(const Real* first, std::int64_t row_count, std::int64_t column_count)
      : data(first), rows(row_count), columns(column_count), row_step(column_count), column_step(1) {}
  /// So many rows from one on, and of those so many columns from one on.
  Matrix part(std::int64_t row, std::int64_t row_count, std::int64_t column, std::int64_t column_count) const;
  Matrix turned() const;
};
/// out += a b, where out is [a.rows, b.columns] in row-major order.
void add_product(Real* out, const Matrix& a, const Matrix& b);

// Sums of very many floats. Added one by one, each equal term is rounded the same way: a million times 0.1
// gives 100958. So a few terms are added in float, and their sums in double.
inline constexpr std::int64_t few_terms = 32;
/// doubles += sums, and sums = 0. The doubles are made, as zeros, where there are none.
void move_to_doubles(std::span<Real> sums, std::vector<double>& doubles);
/// sums += doubles
void add_doubles(std::span<Real> sums, const std::vector<double>& doubles);

// Reductions over the axes of a set, which are dropped from the shape.
Array sum(const Array& a, AxisSet axes);
Array max(const Array& a, AxisSet axes);
Indices argmax(const Array& a, int axis);
/// The places of the k largest along an axis, the largest first.
Indices largest(const Array& a, int axis, int k);
/// Running sums along an axis.
Array cumsum(const Array& a, int axis);
/// a summed down to a shape that broadcasts to a's.
Array sum_to(const Array& a, const Shape& shape);

// Movement.
Array broadcast_to(const Array& a, const Shape& shape);
/// Axis i of the result is axis axes[i] of a.
Array permute(const Array& a, std::span<const int> axes);
Array flip(const Array& a, int axis);
/// Elements start .. stop - 1 of an axis.
Array slice(const Array& a, int axis, int start, int stop);
/// Adds `part` to the elements from `start` on of an axis of `whole`: the way back of slice.
void add_slice(Array& whole, const Array& part, int axis, int start);
/// `before` and `after` elements of `value` around an axis.
Array pad(const Array& a, int axis, int before, int after, Real value);
/// One after the other along an axis; the first array says the other sizes.
Array concat(std::span<const Array> arrays, int axis);
/// Elements of an axis by position: out[.., i, ..] = a[.., ids[.., i, ..], ..]. ids has a's shape but for that axis.
Array gather(const Array& a, int axis, const Indices& ids);
/// The reverse: zeros of `shape`, to which each element of a is added at the place that gather took it from.
Array scatter_add(const Array& a, int axis, const Indices& ids, const Shape& shape);

/// The slices of a along its first axis at the ids, one after the other: [number of ids, ..].
Array rows(const Array& a, const Indices& ids);
/// The reverse: `to` with slice i of `from` added to its slice ids[i].
Array add_rows(Array to, const Array& from, const Indices& ids);

}  // namespace tg::inline TG_REAL_NAMESPACE::kernels
