#include "tinygrad_cpp/array/kernels/products.hpp"

// Threads are given their rows or columns below; Eigen's own threads would slow small products down.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>
#include <vector>

#include "tinygrad_cpp/array/kernels/parallel.hpp"
#include "tinygrad_cpp/array/kernels/reductions.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {
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

// Packets are Eigen's name for the registers that hold several numbers; its pmadd is one instruction where there is one, with
// any compiler.
using Packet = Eigen::internal::packet_traits<Real>::type;
constexpr int packet_size = Eigen::internal::packet_traits<Real>::size;

// A tile of the result stays in registers: 2 packets wide, and 8 rows high with AVX-512's 32 registers, else 4.
constexpr int tile_rows = packet_size * sizeof(Real) == 64 ? 8 : 4, tile_columns = 2 * packet_size;

std::int64_t strips_of(std::int64_t columns) { return (columns + tile_columns - 1) / tile_columns; }

/// The right factor as strips of columns, each as wide as a tile: strip s begins at data + s * strip_step, and its rows lie
/// row_step apart. In the last strip perhaps not all columns count.
struct Strips {
  const Real* data;
  std::int64_t columns, strip_step, row_step, run;
};

// A register adds up a run of terms, memory the runs' sums, and above most_terms, where a run is few_terms,
// doubles the parts' sums.
constexpr std::int64_t ordinary_run = 64, most_terms = 2048;

/// out[r, :] += sum over k of a[r, k] strip[k, :], for `rows` rows of so many packets; those of out lie `width` apart.
template <int rows, int packets>
void add_tile(Real* out, std::int64_t width, const Matrix& a, const Real* strip, std::int64_t row_step,
              std::int64_t run) {
  using namespace Eigen::internal;
  for (std::int64_t k = 0; k < a.columns;) {
    Packet sums[rows][packets];
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
      for (int p = 0; p < packets; ++p) sums[r][p] = pset1<Packet>(Real(0));
#pragma GCC unroll 2
    for (const std::int64_t stop = std::min(k + run, a.columns); k < stop; ++k) {
      const Real *row = strip + k * row_step, *factors = a.data + k * a.column_step;
      Packet row_of_b[packets];
#pragma GCC unroll 8
      for (int p = 0; p < packets; ++p) row_of_b[p] = ploadu<Packet>(row + p * packet_size);
#pragma GCC unroll 8
      for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
        for (int p = 0; p < packets; ++p)
          sums[r][p] = pmadd(pset1<Packet>(factors[r * a.row_step]), row_of_b[p], sums[r][p]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
      for (int p = 0; p < packets; ++p) {
        Real* to = out + r * width + p * packet_size;
        pstoreu(to, padd(ploadu<Packet>(to), sums[r][p]));
      }
  }
}

/// The same, where perhaps not all columns of the tile count.
template <int rows, int packets>
void add_columns(Real* out, std::int64_t width, std::int64_t columns, const Matrix& a, const Real* strip,
                 std::int64_t row_step, std::int64_t run) {
  constexpr int most = packets * packet_size, numbers = rows * most;
  if (columns == most) return add_tile<rows, packets>(out, width, a, strip, row_step, run);
  std::array<Real, numbers> tile = {};
  for (int r = 0; r < rows; ++r) std::copy_n(out + r * width, columns, tile.data() + r * most);
  add_tile<rows, packets>(tile.data(), most, a, strip, row_step, run);
  for (int r = 0; r < rows; ++r) std::copy_n(tile.data() + r * most, columns, out + r * width);
}

void add_strips(Real* out, std::int64_t width, const Matrix& a, const Strips& b) {
  for (std::int64_t column = 0; column < b.columns; column += tile_columns) {
    const Real* strip = b.data + column / tile_columns * b.strip_step;
    const std::int64_t columns = std::min<std::int64_t>(tile_columns, b.columns - column);
    Matrix rest = a;
    Real* to = out + column;
    const auto tiles = [&]<int rows>(std::integral_constant<int, rows>) {
      for (; rest.rows >= rows; rest = rest.part(rows, rest.rows - rows, 0, rest.columns), to += rows * width)
        if (columns > packet_size)
          add_columns<rows, 2>(to, width, columns, rest, strip, b.row_step, b.run);
        else
          add_columns<rows, 1>(to, width, columns, rest, strip, b.row_step, b.run);
    };
    tiles(std::integral_constant<int, tile_rows>());
    if constexpr (tile_rows > 4) tiles(std::integral_constant<int, 4>());
    tiles(std::integral_constant<int, 2>());
    tiles(std::integral_constant<int, 1>());
  }
}

/// Copies b into strips, 0 beyond its columns.
Strips laid_out(const Matrix& b, Real* to, std::int64_t run) {
  const std::int64_t strip_step = b.rows * tile_columns;
  for (std::int64_t row = 0; row < b.rows; ++row)
    for (std::int64_t column = 0; column < b.columns; column += tile_columns) {
      const Real* from = b.data + row * b.row_step + column * b.column_step;
      Real* strip = to + column / tile_columns * strip_step + row * tile_columns;
      const std::int64_t columns = std::min<std::int64_t>(tile_columns, b.columns - column);
      if (b.column_step != 1)
        for (std::int64_t c = 0; c < columns; ++c) strip[c] = from[c * b.column_step];
      else if (columns == tile_columns)
        std::copy_n(from, tile_columns, strip);  // most often, and of a length that the compiler knows
      else
        std::copy_n(from, columns, strip);
      std::fill(strip + columns, strip + tile_columns, Real(0));
    }
  return {to, b.columns, strip_step, tile_columns, run};
}

// Up to so many rows, laying b out as strips does not pay: what a recurrent layer multiplies at a step.
constexpr std::int64_t few_rows = 64;

/// Takes b in chunks that, laid out as strips, stay in the core's own cache while the rows pass. A narrow b is taken
/// deeper, so that out is read and written less often; every depth is a multiple of every run.
void add_chunks(Real* out, std::int64_t width, const Matrix& a, const Matrix& b, std::int64_t run) {
  constexpr std::int64_t columns = 512, block = 32;
  const std::int64_t depth = b.columns <= columns / 4 ? 1024 : b.columns <= columns / 2 ? 512 : 256;
  Array chunk({static_cast<int>(std::min(depth, b.rows)),
               static_cast<int>(std::min(columns, strips_of(b.columns) * tile_columns))});
  for (std::int64_t column = 0; column < b.columns; column += columns)
    for (std::int64_t k = 0; k < b.rows; k += depth) {
      const std::int64_t k_count = std::min(depth, b.rows - k);
      const Strips strips = laid_out(b.part(k, k_count, column, std::min(columns, b.columns - column)),
                                     chunk.mutable_data(), run);
      for (std::int64_t i = 0; i < a.rows; i += block)
        add_strips(out + i * width + column, width, a.part(i, std::min(block, a.rows - i), k, k_count),
                   strips);
    }
}

/// Reads b, whose rows lie along memory, where it is, but for columns that do not fill a strip.
void add_in_place(Real* out, std::int64_t width, const Matrix& a, const Matrix& b, std::int64_t run) {
  const std::int64_t whole = b.columns / tile_columns * tile_columns;
  add_strips(out, width, a, {b.data, whole, tile_columns, b.row_step, run});
  if (whole == b.columns) return;
  Array last({static_cast<int>(b.rows), tile_columns});
  add_strips(out + whole, width, a,
             laid_out(b.part(0, b.rows, whole, b.columns - whole), last.mutable_data(), run));
}

/// We do not control the order in which Eigen adds, so we pass it one run at a time.
void add_with_eigen(Real* out, std::int64_t width, const Matrix& a, const Matrix& b, std::int64_t run) {
  Eigen::Map<RowMajor, Eigen::Unaligned, Eigen::OuterStride<>> z(out, a.rows, b.columns,
                                                                 Eigen::OuterStride<>(width));
  for (std::int64_t k = 0; k < a.columns; k += run) {
    const std::int64_t terms = std::min(run, a.columns - k);
    with_layout(a.part(0, a.rows, k, terms), [&](const auto& x) {
      with_layout(b.part(k, terms, 0, b.columns), [&](const auto& y) { z.noalias() += x * y; });
    });
  }
}

/// A single row times b. Where b's terms lie along memory, Eigen keeps a sum in each lane of a packet, so its run may
/// be longer. Otherwise tiles of eight packets add up the runs (a call of Eigen's for each run cost 7 % of a step of
/// autoencoder_h100), and Eigen takes the columns that are left.
void add_row(Real* out, std::int64_t width, const Matrix& a, const Matrix& b, std::int64_t run) {
  if (b.column_step != 1) return add_with_eigen(out, width, a, b, run * packet_size);
  constexpr int packets = 8, columns = packets * packet_size;
  std::int64_t column = 0;
  for (; column + columns <= b.columns; column += columns)
    add_tile<1, packets>(out + column, width, a, b.data + column, b.row_step, run);
  if (column < b.columns)
    add_with_eigen(out + column, width, a, b.part(0, b.rows, column, b.columns - column), run);
}

/// out += a b, with the way of multiplying that suits the sizes.
void add_in_runs(Real* out, const Matrix& a, const Matrix& b, std::int64_t run) {
  constexpr std::int64_t at_once = 16;  // products that a core multiplies and adds in a cycle or two
  const std::int64_t width = b.columns;
  const auto share_rows = [&](auto add) {
    parallel_for(a.rows, a.columns * width / at_once, [&](std::int64_t begin, std::int64_t end) {
      add(out + begin * width, width, a.part(begin, end - begin, 0, a.columns), b, run);
    });
  };
  if (a.rows == 1) return add_row(out, width, a, b, run);
  if (a.rows <= few_rows && b.column_step != 1) {
    // The parts depend on the sizes alone: Eigen adds in another order where there are fewer columns, and the result
    // must be the same on any number of threads.
    const std::int64_t work = std::max<std::int64_t>(1, a.rows * a.columns / at_once),
                       parts = std::clamp<std::int64_t>(work * width / (2 * parallel_grain), 1, 8),
                       step = parts == 1 ? std::max<std::int64_t>(1, width)
                                         : (width + 8 * parts - 1) / (8 * parts) * 8;
    return parallel_for((width + step - 1) / step, work * step, [&](std::int64_t part, std::int64_t end) {
      for (; part < end; ++part) {
        const std::int64_t column = part * step, columns = std::min(step, width - column);
        add_with_eigen(out + column, width, a, b.part(0, b.rows, column, columns), run);
      }
    });
  }
  if (a.rows <= few_rows) return share_rows(add_in_place);
  if (a.rows >= b.columns) return share_rows(add_chunks);
  // Threads share the longer side, for each lays its part of b out for itself.
  parallel_for(strips_of(width), a.rows * a.columns * tile_columns / at_once,
               [&](std::int64_t begin, std::int64_t end) {
                 const std::int64_t column = begin * tile_columns, stop = std::min(end * tile_columns, width);
                 add_chunks(out + column, width, a, b.part(0, b.rows, column, stop - column), run);
               });
}

/// Splits the terms into parts of most_terms, and adds the parts' products up in double.
void add_long_product(Real* out, const Matrix& a, const Matrix& b) {
  const std::span<Real> sums(out, static_cast<std::size_t>(a.rows * b.columns));
  std::vector<double> doubles;
  move_to_doubles(sums, doubles);
  for (std::int64_t k = 0; k < a.columns; k += most_terms) {
    const std::int64_t terms = std::min(most_terms, a.columns - k);
    add_in_runs(out, a.part(0, a.rows, k, terms), b.part(k, terms, 0, b.columns), few_terms);
    move_to_doubles(sums, doubles);
  }
  add_doubles(sums, doubles);
}

}  // namespace

Matrix Matrix::part(std::int64_t row, std::int64_t row_count, std::int64_t column,
                    std::int64_t column_count) const {
  Matrix result = *this;
  result.data += row * row_step + column * column_step;
  result.rows = row_count;
  result.columns = column_count;
  return result;
}

Matrix Matrix::turned() const {
  Matrix result = *this;
  std::swap(result.rows, result.columns);
  std::swap(result.row_step, result.column_step);
  return result;
}

void add_product(Real* out, const Matrix& a, const Matrix& b) {
  if (sizeof(Real) == 4 && a.columns > most_terms)
    add_long_product(out, a, b);
  else
    add_in_runs(out, a, b, ordinary_run);
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

}}}  // namespace tg::kernels
