#include "tinygrad_cpp/nn/attention.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/matmul.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/reduce.hpp"
#include "tinygrad_cpp/ops/softmax.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

void check_sizes(const Tensor& q, const Tensor& k, const Tensor& v) {
  const auto wrong = [&](const char* what) {
    fail(
        "attention",
        "{}: q is {}, k is {}, v is {}; [..,T,D], [..,S,D] and [..,S,E] are needed, with the same axes before "
        "them: none, [B] or [B,heads]",
        what, q.shape(), k.shape(), v.shape());
  };
  const int rank = q.rank();
  if (rank < 2 || rank > 4 || k.rank() != rank || v.rank() != rank) wrong("the axes do not fit");
  if (q.dim(-1) != k.dim(-1)) wrong("q and k have different features");
  if (k.dim(-2) != v.dim(-2)) wrong("there is not one value for each key");
  for (int axis = 0; axis < rank - 2; ++axis)
    if (q.dim(axis) != k.dim(axis) || q.dim(axis) != v.dim(axis)) wrong("the items do not fit");
  if (q.dim(-1) == 0 || k.dim(-2) == 0 || v.dim(-1) == 0) wrong("a size is 0");
}

/// `scores` is the scores' shape, [..,T,S].
void check_mask(const Tensor& mask, const Shape& scores) {
  bool fits = mask.rank() == 2 || mask.rank() == scores.rank();
  for (int axis = -mask.rank(); fits && axis < 0; ++axis)
    fits = mask.dim(axis) == 1 || mask.dim(axis) == scores[axis];
  if (!fits)
    fail("attention",
         "the mask has shape {}, the scores {}; the last two sizes, or all, must be equal or 1. A mask [B,S] "
         "of keys is reshape(mask, {{B, 1, S}}), with heads {{B, 1, 1, S}}",
         mask.shape(), scores);
  const auto values = mask.array().values();
  for (Real value : values)
    if (value != 0 && value != 1)
      fail("attention",
           "the mask holds {}; it must be 1 where a query may look and 0 elsewhere. For an additive "
           "mask of 0 and -inf, pass mask == 0",
           value);
  const int rows = mask.dim(-2), columns = mask.dim(-1);
  const auto size = std::max<std::int64_t>(1, std::int64_t{rows} * columns);
  for (auto item = values.begin(); item != values.end(); item += size)
    if (std::all_of(item, item + size, [](Real value) { return value == 0; }))
      fail(
          "attention",
          "the mask, shape {}, is 0 everywhere in matrix {} of its leading axes; 1 is where a query may look",
          mask.shape(), (item - values.begin()) / size);
}

Tensor masked_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask) {
  // Unused queries, keys and values become 0 before any product, because 0 times NaN is NaN.
  const Tensor looks = max(mask, -1, keepdim);            // [..,T,1]
  const Tensor seen = transpose(max(mask, -2, keepdim));  // [..,S,1]
  const Tensor scores =
      matmul(where(looks, q, 0) / std::sqrt(q.dim(-1)), transpose(where(seen, k, 0)));  // [..,T,S]
  // Not -inf: for a query that may look at nothing, softmax would give NaN.
  const Tensor weights = softmax(where(mask, scores, std::numeric_limits<Real>::lowest()));
  return where(looks, matmul(weights, where(seen, v, 0)), 0);  // [..,T,E]
}

}  // namespace

Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options) {
  check_sizes(q, k, v);
  if (options.mask.defined()) {
    check_mask(options.mask, q.shape().with(-1, k.dim(-2)));
    return masked_attention(q, k, v, options.mask.detach());
  }
  return matmul(softmax(matmul(q / std::sqrt(q.dim(-1)), transpose(k))), v);
}

Tensor causal_mask(int steps) {
  if (steps < 1) fail("causal_mask", "{} steps; at least 1 is needed", steps);
  const Tensor step = arange(steps);
  return reshape(step, {steps, 1}) >= step;
}

}}  // namespace tg
