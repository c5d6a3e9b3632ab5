// Threads are given whole rows below; Eigen's own threads would slow small products down.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>
#include <type_traits>
#include <utility>

#include "tinygrad_cpp/array/kernels.hpp"
#include "tinygrad_cpp/array/parallel.hpp"

namespace tg::inline TG_REAL_NAMESPACE::kernels {
namespace {

using RowMajor = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ColumnMajor = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
template <class Layout>
using Map = Eigen::Map<const Layout, Eigen::Unaligned, Eigen::OuterStride<>>;

/// Calls f with the matrix as Eigen knows it.
template <class F>
void with_layout(const Matrix& m, F f) {
  if (m.column_step == 1)
    f(Map<RowMajor>(m.data, m.rows, m.columns, Eigen::OuterStride<>(m.row_step)));
  else
    f(Map<ColumnMajor>(m.data, m.rows, m.columns, Eigen::OuterStride<>(m.column_step)));
}

/// A few rows against a large matrix is what a recurrent layer multiplies at every step. Eigen's blocked product would spend
/// most of its time on packing the matrix anew; here it is read as it lies, and a tile of the result stays in registers:
/// 2 vectors wide, 8 rows high where there are 32 registers, else 4.
constexpr int lane = Eigen::internal::packet_traits<Real>::size;  // numbers in a vector register
constexpr int tile_rows = lane * sizeof(Real) == 64 ? 8 : 4, tile_columns = 2 * lane, few_rows = 32;
using Lane = Eigen::Array<Real, lane, 1>;

/// out[r, :] += sum over k of a[r, k] b[k, :], for `rows` rows and one tile's columns.
template <int rows>
void add_tile(Real* out, const Matrix& a, const Matrix& b) {
  Lane sums[rows][2];
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 2
    for (int c = 0; c < 2; ++c) sums[r][c] = Eigen::Map<const Lane>(out + r * b.columns + c * lane);
  for (std::int64_t k = 0; k < a.columns; ++k) {
    const Real *row = b.data + k * b.row_step, *factors = a.data + k * a.column_step;
    const Lane left = Eigen::Map<const Lane>(row), right = Eigen::Map<const Lane>(row + lane);
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
      sums[r][0] += factors[r * a.row_step] * left;
      sums[r][1] += factors[r * a.row_step] * right;
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 2
    for (int c = 0; c < 2; ++c) Eigen::Map<Lane>(out + r * b.columns + c * lane) = sums[r][c];
}

void add_few_rows(Real* out, const Matrix& a, const Matrix& b) {
  Matrix part = a, panel = b;
  const auto tiles = [&]<int rows>(Real* to, std::integral_constant<int, rows>) {
    for (; part.data + (rows - 1) * a.row_step <= a.data + (a.rows - 1) * a.row_step;
         part.data += rows * a.row_step, to += rows * b.columns)
      add_tile<rows>(to, part, panel);
    return to;
  };
  std::int64_t j = 0;
  for (; j + tile_columns <= b.columns; j += tile_columns) {
    part.data = a.data;
    panel.data = b.data + j;
    Real* rest = tiles(out + j, std::integral_constant<int, tile_rows>());
    rest = tiles(rest, std::integral_constant<int, 2>());
    tiles(rest, std::integral_constant<int, 1>());
  }
  if (j == b.columns) return;
  for (std::int64_t i = 0; i < a.rows; ++i)  // the last few columns
    for (std::int64_t k = 0; k < a.columns; ++k) {
      const Real factor = a.data[i * a.row_step + k * a.column_step];
      for (std::int64_t c = j; c < b.columns; ++c)
        out[i * b.columns + c] += factor * b.data[k * b.row_step + c];
    }
}

/// Plain loops, for products so small, or so few terms an element, that packing the factors for a blocked product would
/// cost more than multiplying.
void add_small_product(Real* out, const Matrix& a, const Matrix& b) {
  for (std::int64_t i = 0; i < a.rows; ++i, out += b.columns) {
    const Real* row = a.data + i * a.row_step;
    if (b.column_step == 1) {
      for (std::int64_t k = 0; k < a.columns; ++k) {
        const Real factor = row[k * a.column_step];
        const Real* other = b.data + k * b.row_step;
        for (std::int64_t j = 0; j < b.columns; ++j) out[j] += factor * other[j];
      }
    } else {
      for (std::int64_t j = 0; j < b.columns; ++j) {
        const Real* other = b.data + j * b.column_step;
        Real sum = 0;
#pragma omp simd reduction(+ : sum)
        for (std::int64_t k = 0; k < a.columns; ++k) sum += row[k * a.column_step] * other[k];
        out[j] += sum;
      }
    }
  }
}

}  // namespace

Matrix Matrix::turned() const {
  Matrix result = *this;
  std::swap(result.rows, result.columns);
  std::swap(result.row_step, result.column_step);
  return result;
}

void add_product(Real* out, const Matrix& a, const Matrix& b) {
  if (a.rows * a.columns * b.columns < 4096 || a.columns < 4) return add_small_product(out, a, b);
  if (a.rows > 1 && a.rows <= few_rows && b.column_step == 1) return add_few_rows(out, a, b);
  constexpr std::int64_t products_at_once =
      16;  // about as many as a core multiplies and adds in a cycle or two
  parallel_for(a.rows, a.columns * b.columns / products_at_once, [&](std::int64_t begin, std::int64_t end) {
    Matrix part = a;
    part.data += begin * a.row_step;
    part.rows = end - begin;
    Eigen::Map<RowMajor> z(out + begin * b.columns, part.rows, b.columns);
    with_layout(part, [&](const auto& x) { with_layout(b, [&](const auto& y) { z.noalias() += x * y; }); });
  });
}

void add_matmul(Array& sum, const Array& a, bool transpose_a, const Array& b, bool transpose_b) {
  const std::int64_t size_a = std::int64_t{a.dim(-2)} * a.dim(-1),
                     size_b = std::int64_t{b.dim(-2)} * b.dim(-1);
  const std::int64_t size = std::int64_t{sum.dim(-2)} * sum.dim(-1);
  const auto matrix = [](const Array& array, std::int64_t first, bool turn) {
    const Matrix m(array.data() + first, array.dim(-2), array.dim(-1));
    return turn ? m.turned() : m;
  };
  Real* out = sum.mutable_data();
  for (std::int64_t item = 0; item * size < sum.size(); ++item)
    add_product(out + item * size, matrix(a, item * size_a, transpose_a),
                matrix(b, item * size_b, transpose_b));
}

Array matmul(const Array& a, bool transpose_a, const Array& b, bool transpose_b) {
  const Shape& shape = a.shape();
  const int rank = a.rank();
  Array out(shape.with(rank - 2, a.dim(transpose_a ? -1 : -2)).with(rank - 1, b.dim(transpose_b ? -2 : -1)),
            0);
  add_matmul(out, a, transpose_a, b, transpose_b);
  return out;
}

}  // namespace tg::inline TG_REAL_NAMESPACE::kernels
