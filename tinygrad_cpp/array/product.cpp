#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC 12's own AVX-512 header trips it
#endif
#include <Eigen/Core>

#include "tinygrad_cpp/array/kernels.hpp"

namespace tg::kernels {
namespace {

using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMap = Eigen::Map<const Matrix>;

template <class A, class B>
void multiply(const A& a, const B& b, Eigen::Map<Matrix> out) {
  // Below this size Eigen's plain loops beat its blocked product, which packs both factors first.
  if (out.rows() * out.cols() * a.cols() < 4096)
    out = a.lazyProduct(b);
  else
    out.noalias() = a * b;
}

}  // namespace

Array matmul(const Array& a, bool transpose_a, const Array& b, bool transpose_b) {
  const int rank = a.rank();
  const Eigen::Index rows_a = a.shape()[rank - 2], columns_a = a.shape()[rank - 1];
  const Eigen::Index rows_b = b.shape()[rank - 2], columns_b = b.shape()[rank - 1];
  const Eigen::Index rows = transpose_a ? columns_a : rows_a, columns = transpose_b ? rows_b : columns_b;
  Array out(a.shape().with(rank - 2, static_cast<int>(rows)).with(rank - 1, static_cast<int>(columns)));
  const Real *p = a.data(), *q = b.data();
  Real* r = out.mutable_data();
  for (std::int64_t done = 0; done < out.size(); done += rows * columns) {
    const ConstMap x(p, rows_a, columns_a), y(q, rows_b, columns_b);
    const Eigen::Map<Matrix> z(r, rows, columns);
    if (transpose_a && transpose_b)
      multiply(x.transpose(), y.transpose(), z);
    else if (transpose_a)
      multiply(x.transpose(), y, z);
    else if (transpose_b)
      multiply(x, y.transpose(), z);
    else
      multiply(x, y, z);
    p += rows_a * columns_a, q += rows_b * columns_b, r += rows * columns;
  }
  return out;
}

}  // namespace tg::kernels
