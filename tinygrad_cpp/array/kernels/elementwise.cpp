#include "tinygrad_cpp/array/kernels/elementwise.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <limits>

#include "tinygrad_cpp/array/kernels/parallel.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {
namespace {

using Vector = Eigen::Array<Real, Eigen::Dynamic, 1>;

/// f of all values as one Eigen expression, which Eigen vectorises. Each thread gets whole groups of numbers.
/// Eigen computes the numbers after the last full packet with other code, which rounds differently. These
/// must be the same numbers for any number of threads.
template <class F>
Array vectorised(const Array& a, F f) {
  constexpr std::int64_t group = 64;  // a multiple of every processor's packet size
  Array out(a.shape());
  const Real* p = a.data();
  Real* q = out.mutable_data();
  parallel_for((a.size() + group - 1) / group, 8 * group,
               [=, size = a.size()](std::int64_t begin, std::int64_t end) {
                 const std::int64_t first = begin * group, count = std::min(end * group, size) - first;
                 Eigen::Map<Vector>(q + first, count) = f(Eigen::Map<const Vector>(p + first, count));
               });
  return out;
}

/// `out` with exact zeros where e^a underflows. Eigen clamps its argument, so exp(-inf) would be a small
/// positive number. This loop is separate, because Eigen could not vectorise it as a part of the expression.
Array zero_underflows(Array out, const Array& a) {
  const Real smallest = std::log(std::numeric_limits<Real>::min());
  const Real* p = a.data();
  Real* q = out.mutable_data();
  parallel_for(a.size(), 1, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) q[i] = p[i] < smallest ? Real(0) : q[i];
  });
  return out;
}

}  // namespace

Array exp(const Array& a) {
  return zero_underflows(vectorised(a, [](const auto& x) { return x.exp(); }), a);
}

Array log(const Array& a) {
  return vectorised(a, [](const auto& x) { return x.log(); });
}

Array tanh(const Array& a) {
  return vectorised(a, [](const auto& x) { return x.tanh(); });
}

Array sigmoid(const Array& a) {
  return zero_underflows(vectorised(a, [](const auto& x) { return x.logistic(); }), a);
}

}}}  // namespace tg::kernels
