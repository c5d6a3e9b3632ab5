#include "tinygrad_cpp/ops/softmax.hpp"

#include "tinygrad_cpp/array/kernels/elementwise.hpp"
#include "tinygrad_cpp/array/kernels/reductions.hpp"
#include "tinygrad_cpp/autograd/record.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/reduce.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

AxisSet only(int axis) {
  AxisSet set;
  set.insert(axis);
  return set;
}

/// a minus its largest element along the axis: does not change softmax, and keeps e^a finite.
Array shifted(const Array& a, int axis) {
  const Array top = kernels::max(a, only(axis)).reshaped(a.shape().with(axis, 1));
  return map(a, top, [](Real v, Real m) { return v - m; });
}

Array summed(const Array& a, int axis) {
  return kernels::sum(a, only(axis)).reshaped(a.shape().with(axis, 1));
}

}  // namespace

Tensor softmax(const Tensor& a, int axis) {
  axis = a.shape().axis("softmax", axis);
  const Array exps = kernels::exp(shifted(a.array(), axis));
  return record("softmax", map(exps, summed(exps, axis), [](Real p, Real total) { return p / total; }), {a},
                {[axis](auto& g, auto& y, auto) { return y * (g - sum(g * y, axis, keepdim)); }});
}

Tensor log_softmax(const Tensor& a, int axis) {
  axis = a.shape().axis("log_softmax", axis);
  const Array scores = shifted(a.array(), axis);
  const Array total = kernels::log(summed(kernels::exp(scores), axis));
  return record("log_softmax", map(scores, total, [](Real v, Real t) { return v - t; }), {a},
                {[axis](auto& g, auto& y, auto) { return g - exp(y) * sum(g, axis, keepdim); }});
}

}}  // namespace tg
