#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"
#include "tinygrad_cpp/ops/axes.hpp"

// Reductions over all axes or some of them: sum(a), sum(a, -1), mean(a, {0, 1}). The result does not have
// these axes; with keepdim it has them with size 1: a - mean(a, -1, keepdim).

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The sum.   dL/da = g, repeated
Tensor sum(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);

/// The sum divided by the number of elements. Error when there are none.
Tensor mean(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);

/// The variance sum((a - mean)^2) / n (not n - 1), and its square root, the standard deviation. Where all
/// elements are equal, the gradient of stddev is near 0, not NaN. Error when there are no elements.
Tensor var(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);
Tensor stddev(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);

/// The largest and the smallest element. Equal elements share the gradient. Error when there are none.
Tensor max(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);
Tensor min(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);
Tensor max(Number auto a,
           Number auto b) = delete;  // the larger of two numbers is std::max, of two tensors maximum
Tensor min(Number auto a,
           Number auto b) = delete;  // the smaller of two numbers is std::min, of two tensors minimum

/// The Euclidean length, sqrt(sum a^2).   dL/da = g a / y, and 0 where y is 0 (a subgradient, where the
/// formula gives NaN).
Tensor norm(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);

/// ln(sum e^a), without overflow; -inf where all are -inf.   dL/da = g softmax(a)
Tensor logsumexp(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);

/// Cumulative sums along an axis: y_i = a_0 + .. + a_i.   dL/da_i = g_i + .. + g_last
Tensor cumsum(const Tensor& a, int axis);

/// Cumulative products along an axis: y_i = a_0 .. a_i. The gradient is also right where a factor is 0.
Tensor cumprod(const Tensor& a, int axis);

struct TopK {
  Tensor values;    // the largest first; the gradient goes to their positions in a
  Indices indices;  // their positions along the axis
};

/// The k largest elements along an axis, which has size k in both results. Of equal elements the first comes
/// first. NaN counts as the largest.
TopK topk(const Tensor& a, int k, int axis = -1);

/// The position of the largest element along an axis; the first of equal elements. No gradient.
Indices argmax(const Tensor& a, int axis);

}}  // namespace tg
