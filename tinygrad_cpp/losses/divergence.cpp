#include "tinygrad_cpp/losses/divergence.hpp"

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/losses/selection.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/reduce.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// p ln(p / q) per element, 0 where p is 0.
Tensor kl_terms(const Tensor& p, const Tensor& q) {
  const Tensor positive = p > 0;
  const Tensor safe_p = where(positive, p, 1), safe_q = where(positive, q, 1);
  return where(positive, safe_p * (log(safe_p) - log(safe_q)), 0);
}

Tensor divergence(const char* loss, const Tensor& p, const Tensor& q, const LossOptions& options,
                  bool symmetric) {
  check_same_shape(loss, p, q, "p", "q");
  if (p.rank() < 1) fail(loss, "a single number is not a distribution; a last axis of classes is needed");
  const Shape rows = p.shape().without(p.rank() - 1);
  const Tensor mask = aligned(loss, "mask", options.mask, rows);
  const Tensor by_class = mask.defined() ? reshape(mask, mask.shape().inserted(mask.rank(), 1)) : mask;
  const Tensor a = selected(p, by_class, 1), b = selected(q, by_class, 1);
  for (const Tensor* side : {&a, &b})
    for (Real value : side->values())
      if (!(value >= 0))
        fail(loss, "a value is {}; probabilities must be at least 0. softmax() makes them", value);
  const Tensor per_class = symmetric ? kl_terms(a, b) + kl_terms(b, a) : kl_terms(a, b);
  return reduced(loss, sum(per_class, -1), mask, options);
}

}  // namespace

Tensor kl_divergence(const Tensor& p, const Tensor& q, const LossOptions& options) {
  return divergence("kl_divergence", p, q, options, false);
}

Tensor symmetric_kl_divergence(const Tensor& p, const Tensor& q, const LossOptions& options) {
  return divergence("symmetric_kl_divergence", p, q, options, true);
}

}}  // namespace tg
