#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"
#include "tinygrad_cpp/ops/axes.hpp"

// Many numbers to one, over all axes or the named ones, which are dropped from the shape: sum(a, -1), mean(a,
// {0, 1}). With keepdim they stay with size 1: a - mean(a, -1, keepdim).

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// dL/da = g, repeated.
Tensor sum(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);

/// The sum divided by the number of elements. Error over none.
Tensor mean(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);

/// The mean squared deviation from the mean, divided by the number of elements n (not n - 1), and its square
/// root, whose gradient is about 0, not NaN, where all elements are equal. Error over none.
Tensor var(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);
Tensor stddev(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);

/// The largest and the smallest element. Equal ones share the gradient. Error over none.
Tensor max(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);
Tensor min(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);
Tensor max(Number auto a,
           Number auto b) = delete;  // the larger of two numbers is std::max, of two tensors maximum
Tensor min(Number auto a,
           Number auto b) = delete;  // the smaller of two numbers is std::min, of two tensors minimum

/// The Euclidean length, sqrt(sum a^2).   dL/da = g a / y, and 0 where y is 0 (a subgradient; a square root
/// alone would give NaN there).
Tensor norm(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);

/// ln(sum e^a), without overflow; -inf where all are -inf.   dL/da = g softmax(a)
Tensor logsumexp(const Tensor& a, const Axes& axes = Axes::all(), Keep keep = Keep::no);

/// Running sums along an axis: y_i = a_0 + .. + a_i.   dL/da_i = g_i + .. + g_last
Tensor cumsum(const Tensor& a, int axis);

/// Running products along an axis: y_i = a_0 .. a_i. Its gradient is right where a factor is 0, too.
Tensor cumprod(const Tensor& a, int axis);

struct TopK {
  Tensor values;    // the largest first; the gradient goes to where they were
  Indices indices;  // their places along the axis
};

/// The k largest elements along an axis, the first of equal ones first; the axis has size k in both results.
/// A NaN is the largest.
TopK topk(const Tensor& a, int k, int axis = -1);

/// The position of the largest element along an axis, the first of equal ones. Carries no gradient.
Indices argmax(const Tensor& a, int axis);

}}  // namespace tg
