#include "tinygrad_cpp/array/kernels/elementwise.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <limits>

#include "tinygrad_cpp/array/kernels/parallel.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace kernels {
namespace {

using Vector = Eigen::Array<Real, Eigen::Dynamic, 1>;

/// f on an array's values as one Eigen expression, which Eigen vectorises. Threads take whole packets of
/// numbers: what is left over goes through other code, which rounds otherwise, and must be the same numbers
/// on any number of threads.
template <class F>
Array vectorised(const Array& a, F f) {
  constexpr std::int64_t group = 64;  // a multiple of any processor's
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

/// `out` with exact zeros where `a` is so small that e^a underflows. Eigen clamps its arguments, so even -inf would give a
/// small number. (In a loop of its own: as part of the expression it would keep Eigen from vectorising.)
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
