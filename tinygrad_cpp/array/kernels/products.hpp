#pragma once
#include "tinygrad_cpp/array/array.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {

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
  Matrix transposed() const;
};
/// out += a b, where out is [a.rows, b.columns] in row-major order.
void add_product(Real* out, const Matrix& a, const Matrix& b);

}}}  // namespace tg::kernels
