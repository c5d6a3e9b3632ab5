#include "tinygrad_cpp/array/kernels/products.hpp"

// This file divides the work among threads itself. Eigen's own threads would slow down small products.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>
#include <vector>

#include "tinygrad_cpp/array/kernels/parallel.hpp"
#include "tinygrad_cpp/array/kernels/reductions.hpp"

// The plain form of out += a b is add_few below, which computes the smallest products. It loads and stores a
// sum for every product, and it adds all terms of a sum one after the other in one Real. The rest of this file
// keeps a tile of out in registers, copies ("packs") a large b so that its reads are contiguous and stay in the
// cache, divides the work among threads, and adds the terms in short runs to keep rounding errors small.
// Gain (float, square matrices, two processors with AVX-512; `make bench-gains`): 5 times as fast for 16
// rows, 2.4 to 3 for 64 to 1024; on two threads 4.8 for 256. OpenBLAS takes 0.85 to 1.1 of our time from 256
// rows on, 0.4 for 16; but a browser has no OpenBLAS, and the last bits of OpenBLAS depend on the number of
// threads (seen for 700 rows). "products agree with plain loops" in tests/array_test.cpp holds both forms
// equal, and tests/sums_test.cpp checks the sums of very many terms.
//
// Eigen::internal has no stable interface. This file takes packet_traits, pset1, ploadu, pstoreu, padd and
// pmadd from it, and reductions.cpp also takes predux. If an Eigen release changes one of them, the build
// fails, or the tests named above do. `make asan` builds and tests the same code with clang++.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {
namespace {

using RowMajor = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ColumnMajor = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
template <class Layout>
using Map = Eigen::Map<const Layout, Eigen::Unaligned, Eigen::OuterStride<>>;

/// Calls f with the matrix as an Eigen map.
template <class F>
void with_layout(const Matrix& m, F f) {
  if (m.column_step == 1)
    f(Map<RowMajor>(m.data, m.rows, m.columns, Eigen::OuterStride<>(m.row_step)));
  else
    f(Map<ColumnMajor>(m.data, m.rows, m.columns, Eigen::OuterStride<>(m.column_step)));
}

// Eigen calls a vector register of several numbers a packet. pmadd multiplies and adds, in one instruction if
// the processor has one.
using Packet = Eigen::internal::packet_traits<Real>::type;
constexpr int packet_size = Eigen::internal::packet_traits<Real>::size;

// A tile of the result stays in registers. It is 2 packets wide and 6 rows high, or 8 rows with AVX-512,
// which has 32 registers and not 16.
constexpr int tile_rows = packet_size * sizeof(Real) == 64 ? 8 : 6, tile_columns = 2 * packet_size;

std::int64_t panel_count(std::int64_t columns) { return (columns + tile_columns - 1) / tile_columns; }

/// The right factor b, cut into panels of columns, each as wide as a tile. Panel p begins at data + p *
/// panel_step, and its rows are row_step apart. The last panel may have unused columns.
struct Panels {
  const Real* data;
  std::int64_t columns, panel_step, row_step, run;
};

// To keep rounding errors small, a register adds up a run of terms only, and its sum is then added to memory.
// If there are more than max_terms terms in float, a run is few_terms long, and after each max_terms terms
// the sums in memory are added to doubles.
constexpr std::int64_t default_run = 64, max_terms = 2048;

/// out[r, :] += sum over k of a[r, k] panel[k, :], for a tile of `rows` rows and `packets` packets. The rows
/// of out are `width` apart.
template <int rows, int packets>
void add_tile(Real* out, std::int64_t width, const Matrix& a, const Real* panel, std::int64_t row_step,
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
      const Real *row = panel + k * row_step, *factors = a.data + k * a.column_step;
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

/// The same for a tile of which only the first `columns` columns are used.
template <int rows, int packets>
void add_partial_tile(Real* out, std::int64_t width, std::int64_t columns, const Matrix& a, const Real* panel,
                      std::int64_t row_step, std::int64_t run) {
  constexpr int max_columns = packets * packet_size, numbers = rows * max_columns;
  if (columns == max_columns) return add_tile<rows, packets>(out, width, a, panel, row_step, run);
  std::array<Real, numbers> tile = {};
  for (int r = 0; r < rows; ++r) std::copy_n(out + r * width, columns, tile.data() + r * max_columns);
  add_tile<rows, packets>(tile.data(), max_columns, a, panel, row_step, run);
  for (int r = 0; r < rows; ++r) std::copy_n(tile.data() + r * max_columns, columns, out + r * width);
}

/// out += a b, tile by tile.
void add_panels(Real* out, std::int64_t width, const Matrix& a, const Panels& b) {
  for (std::int64_t column = 0; column < b.columns; column += tile_columns) {
    const Real* panel = b.data + column / tile_columns * b.panel_step;
    const std::int64_t columns = std::min<std::int64_t>(tile_columns, b.columns - column);
    Matrix remaining = a;
    Real* to = out + column;
    const auto tiles = [&]<int rows>(std::integral_constant<int, rows>) {
      for (; remaining.rows >= rows;
           remaining = remaining.part(rows, remaining.rows - rows, 0, remaining.columns), to += rows * width)
        if (columns > packet_size)
          add_partial_tile<rows, 2>(to, width, columns, remaining, panel, b.row_step, b.run);
        else
          add_partial_tile<rows, 1>(to, width, columns, remaining, panel, b.row_step, b.run);
    };
    tiles(std::integral_constant<int, tile_rows>());
    tiles(std::integral_constant<int, 4>());
    tiles(std::integral_constant<int, 2>());
    tiles(std::integral_constant<int, 1>());
  }
}

/// Copies b into panels. The unused columns of the last panel are 0.
Panels pack(const Matrix& b, Real* to, std::int64_t run) {
  const std::int64_t panel_step = b.rows * tile_columns;
  for (std::int64_t row = 0; row < b.rows; ++row)
    for (std::int64_t column = 0; column < b.columns; column += tile_columns) {
      const Real* from = b.data + row * b.row_step + column * b.column_step;
      Real* panel = to + column / tile_columns * panel_step + row * tile_columns;
      const std::int64_t columns = std::min<std::int64_t>(tile_columns, b.columns - column);
      if (b.column_step != 1)
        for (std::int64_t c = 0; c < columns; ++c) panel[c] = from[c * b.column_step];
      else if (columns == tile_columns)
        std::copy_n(from, tile_columns, panel);  // the usual case, with a length that the compiler knows
      else
        std::copy_n(from, columns, panel);
      std::fill(panel + columns, panel + tile_columns, Real(0));
    }
  return {to, b.columns, panel_step, tile_columns, run};
}

// If a has at most so many rows, packing b would cost more than it saves. A step of a recurrent layer is such
// a product.
constexpr std::int64_t max_unpacked_rows = 64;

/// out += a b. Packs b in chunks, each small enough to stay in the core's cache while all rows of a are
/// multiplied by it. A narrow b has deeper chunks, so that out is read and written less often. Every depth is
/// a multiple of every run.
void add_packed(Real* out, std::int64_t width, const Matrix& a, const Matrix& b, std::int64_t run) {
  constexpr std::int64_t columns = 512, block = 32;
  const std::int64_t depth = b.columns <= columns / 4 ? 1024 : b.columns <= columns / 2 ? 512 : 256;
  Array chunk({static_cast<int>(std::min(depth, b.rows)),
               static_cast<int>(std::min(columns, panel_count(b.columns) * tile_columns))});
  for (std::int64_t column = 0; column < b.columns; column += columns)
    for (std::int64_t k = 0; k < b.rows; k += depth) {
      const std::int64_t k_count = std::min(depth, b.rows - k);
      const Panels panels =
          pack(b.part(k, k_count, column, std::min(columns, b.columns - column)), chunk.mutable_data(), run);
      for (std::int64_t i = 0; i < a.rows; i += block)
        add_panels(out + i * width + column, width, a.part(i, std::min(block, a.rows - i), k, k_count),
                   panels);
    }
}

/// out += a b without packing. The rows of b must be contiguous. Only the last columns are packed, if they do
/// not fill a panel.
void add_unpacked(Real* out, std::int64_t width, const Matrix& a, const Matrix& b, std::int64_t run) {
  const std::int64_t full_columns = b.columns / tile_columns * tile_columns;
  add_panels(out, width, a, {b.data, full_columns, tile_columns, b.row_step, run});
  if (full_columns == b.columns) return;
  Array last({static_cast<int>(b.rows), tile_columns});
  add_panels(out + full_columns, width, a,
             pack(b.part(0, b.rows, full_columns, b.columns - full_columns), last.mutable_data(), run));
}

/// out += a b. We do not control the order in which Eigen adds, so we pass it one run at a time.
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

/// out += a b for a single row a. If the columns of b are contiguous, Eigen keeps a partial sum in each lane
/// of a packet, so a run may be longer. Otherwise tiles of eight packets add up the runs, and Eigen
/// multiplies the columns that are left. (Calling Eigen for every run made a step of the benchmark
/// autoencoder_h100 7 % slower.)
void add_row(Real* out, std::int64_t width, const Matrix& a, const Matrix& b, std::int64_t run) {
  if (b.column_step != 1) return add_with_eigen(out, width, a, b, run * packet_size);
  constexpr int packets = 8, columns = packets * packet_size;
  std::int64_t column = 0;
  for (; column + columns <= b.columns; column += columns)
    add_tile<1, packets>(out + column, width, a, b.data + column, b.row_step, run);
  if (column < b.columns)
    add_with_eigen(out + column, width, a, b.part(0, b.rows, column, b.columns - column), run);
}

/// out += a b. Chooses the method by the sizes.
void add_in_runs(Real* out, const Matrix& a, const Matrix& b, std::int64_t run) {
  constexpr std::int64_t products_per_operation = 16;  // this many take as long as one simple operation
  const std::int64_t width = b.columns;
  const auto split_rows = [&](auto add) {
    parallel_for(a.rows, a.columns * width / products_per_operation,
                 [&](std::int64_t begin, std::int64_t end) {
                   add(out + begin * width, width, a.part(begin, end - begin, 0, a.columns), b, run);
                 });
  };
  if (a.rows == 1) return add_row(out, width, a, b, run);
  if (a.rows <= max_unpacked_rows && b.column_step != 1) {
    // The parts depend on the sizes only. Eigen's order of additions depends on the number of columns, and
    // the result must be the same for any number of threads.
    const std::int64_t work = std::max<std::int64_t>(1, a.rows * a.columns / products_per_operation),
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
  if (a.rows <= max_unpacked_rows) return split_rows(add_unpacked);
  if (a.rows >= b.columns) return split_rows(add_packed);
  // b has more columns than a has rows. Threads share the columns, so that each packs only its part of b.
  parallel_for(panel_count(width), a.rows * a.columns * tile_columns / products_per_operation,
               [&](std::int64_t begin, std::int64_t end) {
                 const std::int64_t column = begin * tile_columns, stop = std::min(end * tile_columns, width);
                 add_packed(out + column, width, a, b.part(0, b.rows, column, stop - column), run);
               });
}

// So few products take less time in the plain form than a better method needs to begin.
constexpr std::int64_t few_products = 512;

/// out += a b in the plain form. The innermost loop is over contiguous numbers.
void add_few(Real* out, const Matrix& a, const Matrix& b) {
  std::array<Real, few_products> sums;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    std::fill_n(sums.begin(), b.columns, Real(0));
    const Real* row = a.data + i * a.row_step;
    if (b.column_step == 1)
      for (std::int64_t k = 0; k < a.columns; ++k)
        for (std::int64_t j = 0; j < b.columns; ++j)
          sums[static_cast<std::size_t>(j)] += row[k * a.column_step] * b.data[k * b.row_step + j];
    else
      for (std::int64_t j = 0; j < b.columns; ++j)
        for (std::int64_t k = 0; k < a.columns; ++k)
          sums[static_cast<std::size_t>(j)] += row[k * a.column_step] * b.data[k + j * b.column_step];
    for (std::int64_t j = 0; j < b.columns; ++j) *out++ += sums[static_cast<std::size_t>(j)];
  }
}

/// out += a b. Cuts the terms into parts of max_terms, and adds up the parts' products in double.
void add_long_product(Real* out, const Matrix& a, const Matrix& b) {
  const std::span<Real> sums(out, static_cast<std::size_t>(a.rows * b.columns));
  std::vector<double> doubles;
  move_to_doubles(sums, doubles);
  for (std::int64_t k = 0; k < a.columns; k += max_terms) {
    const std::int64_t terms = std::min(max_terms, a.columns - k);
    add_in_runs(out, a.part(0, a.rows, k, terms), b.part(k, terms, 0, b.columns), few_terms);
    move_to_doubles(sums, doubles);
  }
  add_doubles(sums, doubles);
}

}  // namespace

void add_product(Real* out, const Matrix& a, const Matrix& b) {
  if (a.columns <= default_run && std::max<std::int64_t>(1, a.rows * a.columns) * b.columns <= few_products)
    return add_few(out, a, b);
  if (sizeof(Real) == 4 && a.columns > max_terms)
    add_long_product(out, a, b);
  else
    add_in_runs(out, a, b, default_run);
}

void add_matmul(Array& sum, const Array& a, bool transpose_a, const Array& b, bool transpose_b) {
  const std::int64_t size_a = std::int64_t{a.dim(-2)} * a.dim(-1),
                     size_b = std::int64_t{b.dim(-2)} * b.dim(-1);
  const std::int64_t size = std::int64_t{sum.dim(-2)} * sum.dim(-1);
  const auto matrix = [](const Array& array, std::int64_t first, bool transpose) {
    const Matrix m(array.data() + first, array.dim(-2), array.dim(-1));
    return transpose ? m.transposed() : m;
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
