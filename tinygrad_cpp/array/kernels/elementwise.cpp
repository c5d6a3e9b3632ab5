#include "tinygrad_cpp/array/kernels/elementwise.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <limits>

#include "tinygrad_cpp/array/kernels/parallel.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {
namespace {

using Vector = Eigen::Array<Real, Eigen::Dynamic, 1>;

/// f(in, out) for blocks of all values. f's Eigen expressions are vectorised, and a block stays in the nearest
/// cache for all of them. Each thread gets whole blocks: Eigen computes the numbers after the last full packet
/// with other code, which rounds differently, and these must be the same for any number of threads.
template <class F>
Array in_blocks(const Array& a, F f) {
  constexpr std::int64_t block = 1024;  // a multiple of every processor's packet size
  Array out(a.shape());
  const Real* p = a.data();
  Real* q = out.mutable_data();
  parallel_for((a.size() + block - 1) / block, 8 * block,
               [=, size = a.size()](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t first = begin * block; first < std::min(end * block, size);
                      first += block) {
                   const std::int64_t count = std::min(block, size - first);
                   f(Eigen::Map<const Vector>(p + first, count), Eigen::Map<Vector>(q + first, count));
                 }
               });
  return out;
}

/// Writes exact zeros to `out` where e^in underflows. Eigen clamps its argument, so exp(-inf) would be a small
/// positive number. This loop is separate, because Eigen could not vectorise it as a part of the expression.
void zero_underflows(const Real* in, Real* out, std::int64_t count) {
  const Real smallest = std::log(std::numeric_limits<Real>::min());
  for (std::int64_t i = 0; i < count; ++i) out[i] = in[i] < smallest ? Real(0) : out[i];
}

}  // namespace

Array exp(const Array& a) {
  return in_blocks(a, [](auto in, auto out) {
    out = in.exp();
    zero_underflows(in.data(), out.data(), in.size());
  });
}

Array log(const Array& a) {
  return in_blocks(a, [](auto in, auto out) { out = in.log(); });
}

Array tanh(const Array& a) {
  return in_blocks(a, [](auto in, auto out) { out = in.tanh(); });
}

Array sigmoid(const Array& a) {
  return in_blocks(a, [](auto in, auto out) {
    out = in.logistic();
    zero_underflows(in.data(), out.data(), in.size());
  });
}

}}}  // namespace tg::kernels
