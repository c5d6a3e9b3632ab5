// Threads are given whole rows below; Eigen's own threads would slow small products down.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>
#include <algorithm>
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

/// The right factor as strips of columns, each as wide as a tile: strip s begins at data + s * strip_step, and its rows lie
/// row_step apart.
struct Strips {
  const Real* data;
  std::int64_t count, strip_step, row_step;
};

// A tile of the result stays in registers: 2 vectors wide, 8 rows high where there are 32 registers, else 4.
constexpr int lane = Eigen::internal::packet_traits<Real>::size;  // numbers in a vector register
constexpr int tile_rows = lane * sizeof(Real) == 64 ? 8 : 4, tile_columns = 2 * lane;
using Lane = Eigen::Array<Real, lane, 1>;

/// out[r, :] += sum over k of a[r, k] strip[k, :], for `rows` rows; those of out lie `width` apart.
template <int rows>
void add_tile(Real* out, std::int64_t width, const Matrix& a, const Real* strip, std::int64_t row_step) {
  Lane sums[rows][2];
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 2
    for (int c = 0; c < 2; ++c) sums[r][c] = Eigen::Map<const Lane>(out + r * width + c * lane);
  for (std::int64_t k = 0; k < a.columns; ++k) {
    const Real *row = strip + k * row_step, *factors = a.data + k * a.column_step;
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
    for (int c = 0; c < 2; ++c) Eigen::Map<Lane>(out + r * width + c * lane) = sums[r][c];
}

void add_strips(Real* out, std::int64_t width, const Matrix& a, const Strips& b) {
  for (std::int64_t s = 0; s < b.count; ++s) {
    const Real* strip = b.data + s * b.strip_step;
    Matrix part = a;
    std::int64_t i = 0;
    const auto tiles = [&]<int rows>(std::integral_constant<int, rows>) {
      for (; i + rows <= a.rows; i += rows, part.data += rows * a.row_step)
        add_tile<rows>(out + i * width + s * tile_columns, width, part, strip, b.row_step);
    };
    tiles(std::integral_constant<int, tile_rows>());
    if constexpr (tile_rows > 4) tiles(std::integral_constant<int, 4>());
    tiles(std::integral_constant<int, 2>());
    tiles(std::integral_constant<int, 1>());
  }
}

// From so many rows on, laying b out as strips pays. A recurrent layer multiplies fewer at every step.
constexpr std::int64_t few_rows = 32;

/// Takes b in chunks that, laid out as strips, stay in the core's own cache while the rows pass.
void add_chunks(Real* out, std::int64_t width, const Matrix& a, const Matrix& b, std::int64_t all_strips) {
  const std::int64_t depth = std::min<std::int64_t>(256, b.rows),
                     strips = std::min<std::int64_t>(512 / tile_columns, all_strips);
  Array chunk({static_cast<int>(depth), static_cast<int>(strips * tile_columns)});
  for (std::int64_t first = 0; first < all_strips; first += strips)
    for (std::int64_t k = 0; k < b.rows; k += depth) {
      const std::int64_t rows = std::min(depth, b.rows - k);
      const Strips laid_out{chunk.data(), std::min(strips, all_strips - first), rows * tile_columns,
                            tile_columns};
      for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t s = 0; s < laid_out.count; ++s) {
          const Real* from = b.data + (k + row) * b.row_step + (first + s) * tile_columns * b.column_step;
          Real* to = chunk.mutable_data() + s * laid_out.strip_step + row * tile_columns;
          if (b.column_step == 1)
            std::copy_n(from, tile_columns, to);
          else
            for (int c = 0; c < tile_columns; ++c) to[c] = from[c * b.column_step];
        }
      for (std::int64_t i = 0; i < a.rows; i += few_rows) {
        Matrix part = a;
        part.data += i * a.row_step + k * a.column_step;
        part.rows = std::min(few_rows, a.rows - i);
        part.columns = rows;
        add_strips(out + i * width + first * tile_columns, width, part, laid_out);
      }
    }
}

/// What one thread does: tiles, as far as the columns fill whole strips; Eigen for the rest, for a single row, and for a few
/// rows with a b that lies the other way. The rows of out lie `width` apart.
void add_block(Real* out, std::int64_t width, const Matrix& a, const Matrix& b) {
  std::int64_t strips = b.columns / tile_columns;
  if (a.rows > few_rows)
    add_chunks(out, width, a, b, strips);
  else if (a.rows > 1 && b.column_step == 1)
    add_strips(out, width, a, {b.data, strips, tile_columns, b.row_step});
  else
    strips = 0;
  const std::int64_t done = strips * tile_columns;
  if (done == b.columns) return;
  Matrix rest = b;
  rest.data += done * b.column_step;
  rest.columns -= done;
  Eigen::Map<RowMajor, Eigen::Unaligned, Eigen::OuterStride<>> z(out + done, a.rows, rest.columns,
                                                                 Eigen::OuterStride<>(width));
  with_layout(a, [&](const auto& x) { with_layout(rest, [&](const auto& y) { z.noalias() += x * y; }); });
}

}  // namespace

Matrix Matrix::turned() const {
  Matrix result = *this;
  std::swap(result.rows, result.columns);
  std::swap(result.row_step, result.column_step);
  return result;
}

void add_product(Real* out, const Matrix& a, const Matrix& b) {
  constexpr std::int64_t at_once = 16;  // products that a core multiplies and adds in a cycle or two
  const std::int64_t width = b.columns;
  // Threads share the longer side, so that what each lays out for itself is the shorter factor.
  if (a.rows > 2 * few_rows && b.columns > a.rows) {
    const std::int64_t strips = (b.columns + tile_columns - 1) / tile_columns;
    parallel_for(strips, a.rows * a.columns * tile_columns / at_once,
                 [&](std::int64_t begin, std::int64_t end) {
                   Matrix part = b;
                   part.data += begin * tile_columns * b.column_step;
                   part.columns = std::min(end * tile_columns, b.columns) - begin * tile_columns;
                   add_block(out + begin * tile_columns, width, a, part);
                 });
    return;
  }
  parallel_for(a.rows, a.columns * b.columns / at_once, [&](std::int64_t begin, std::int64_t end) {
    Matrix part = a;
    part.data += begin * a.row_step;
    part.rows = end - begin;
    add_block(out + begin * width, width, part, b);
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
