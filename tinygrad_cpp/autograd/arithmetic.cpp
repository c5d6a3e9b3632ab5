#include "tinygrad_cpp/autograd/arithmetic.hpp"

#include "tinygrad_cpp/array/kernels/copies.hpp"
#include "tinygrad_cpp/array/kernels/reductions.hpp"
#include "tinygrad_cpp/autograd/record.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

Tensor add(const Tensor& a, const Tensor& b) {
  return record("add", map("add", a, b, [](Real p, Real q) { return p + q; }), {a, b},
                {[](auto& g, auto&, auto) { return g; }, [](auto& g, auto&, auto) { return g; }});
}

Tensor broadcast_to(const Tensor& a, const Shape& shape) {
  if (!broadcasts_to(a.shape(), shape))
    fail("broadcast_to",
         "{} cannot be repeated to {}; counted from the right, each size must be 1 or the target's",
         a.shape(), shape);
  // The rule gives g with the output's shape, and the engine sums that down.
  return record("broadcast_to", kernels::broadcast_to(a.array(), shape), {a},
                {[](auto& g, auto&, auto) { return g; }});
}

Tensor sum_to(const Tensor& a, const Shape& shape) {
  if (!broadcasts_to(shape, a.shape()))
    fail("sum_to",
         "{} cannot be summed down to {}; counted from the right, each target size must be 1 or the input's",
         a.shape(), shape);
  return record("sum_to", kernels::sum_to(a.array(), shape), {a},
                {[](auto& g, auto&, auto in) { return broadcast_to(g, in[0].shape()); }});
}

}}  // namespace tg
