#pragma once
#include "tinygrad_cpp/array/array.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {

/// a b. transpose_a and transpose_b swap the last two axes of a factor first. [M,K] x [K,N] gives [M,N]. Axes
/// in front of these must be equal in both factors; there is one product for each of their items.
Array matmul(const Array& a, bool transpose_a, const Array& b, bool transpose_b);

/// sum += matmul(a, transpose_a, b, transpose_b).
void add_matmul(Array& sum, const Array& a, bool transpose_a, const Array& b, bool transpose_b);

/// A view of a matrix: element (i, j) is data[i * row_step + j * column_step]. One of the steps is 1.
struct Matrix {
  const Real* data;
  std::int64_t rows, columns, row_step, column_step;

  Matrix(const Real* first, std::int64_t row_count, std::int64_t column_count)
      : Matrix(first, row_count, column_count, column_count, 1) {}
  Matrix(const Real* first, std::int64_t row_count, std::int64_t column_count, std::int64_t from_row_to_row,
         std::int64_t from_column_to_column)
      : data(first),
        rows(row_count),
        columns(column_count),
        row_step(from_row_to_row),
        column_step(from_column_to_column) {}
  /// The block of `row_count` rows from `row` on and `column_count` columns from `column` on.
  Matrix part(std::int64_t row, std::int64_t row_count, std::int64_t column,
              std::int64_t column_count) const {
    return {data + row * row_step + column * column_step, row_count, column_count, row_step, column_step};
  }
  Matrix transposed() const { return {data, columns, rows, column_step, row_step}; }
};
/// out += a b. out is [a.rows, b.columns] in row-major order.
void add_product(Real* out, const Matrix& a, const Matrix& b);

}}}  // namespace tg::kernels
