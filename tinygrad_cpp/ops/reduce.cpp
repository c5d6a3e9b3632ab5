#include "tinygrad_cpp/ops/reduce.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tinygrad_cpp/array/kernels/elementwise.hpp"
#include "tinygrad_cpp/array/kernels/reductions.hpp"
#include "tinygrad_cpp/autograd/record.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// A reduced array, with its reduced axes at size 1 if `keep` is yes.
Array kept(Array reduced, const Shape& from, AxisSet axes, Keep keep) {
  return keep == Keep::yes ? reduced.reshaped(keep_axes(from, axes)) : reduced;
}

/// g or y with the reduced axes back at size 1, so that it broadcasts against the input.
Tensor against(const Tensor& reduced, const Tensor& input, AxisSet axes) {
  return reshape(reduced, keep_axes(input.shape(), axes));
}

std::int64_t reduced_count(const Shape& shape, AxisSet axes) {
  std::int64_t count = 1;
  for (int i = 0; i < shape.rank(); ++i)
    if (axes.contains(i)) count *= shape[i];
  return count;
}

void check_not_empty(const char* op, const Shape& shape, AxisSet axes) {
  if (reduced_count(shape, axes) == 0) fail(op, "shape {} has no elements to take the {} of", shape, op);
}

/// sqrt(sum a^2) over some axes, also where the squares are too large or too small for a Real.
Array lengths(const Array& a, AxisSet axes) {
  const auto root_of_sum = [axes](const Array& b) {
    return map(kernels::sum(map(b, [](Real v) { return v * v; }), axes), [](Real v) { return std::sqrt(v); });
  };
  using Limits = std::numeric_limits<Real>;
  const Array plain = root_of_sum(a);
  const Real smallest = std::sqrt(Limits::min() / Limits::epsilon());  // below it, squares lose digits
  const auto is_good = [=](Real v) { return v >= smallest && v <= Limits::max(); };
  if (std::all_of(plain.data(), plain.data() + plain.size(), is_good)) return plain;
  const Array largest = kernels::max(map(a, [](Real v) { return std::abs(v); }), axes);
  const Array scale = map(largest, [](Real v) { return v > 0 && v <= Limits::max() ? v : Real(1); });
  const Array parts =
      map(a, scale.reshaped(keep_axes(a.shape(), axes)), [](Real v, Real s) { return v / s; });
  return map(root_of_sum(parts), scale, [](Real v, Real s) { return v * s; });
}

}  // namespace

Tensor sum(const Tensor& a, const Axes& axes, Keep keep) {
  const AxisSet set = axes.of(a.shape(), "sum");
  return record("sum", kept(kernels::sum(a.array(), set), a.shape(), set, keep), {a},
                {[set](auto& g, auto&, auto in) {
                  return broadcast_to(against(g, in[0], set), in[0].shape());
                }});
}

Tensor mean(const Tensor& a, const Axes& axes, Keep keep) {
  const AxisSet set = axes.of(a.shape(), "mean");
  check_not_empty("mean", a.shape(), set);
  return sum(a, axes, keep) / static_cast<double>(reduced_count(a.shape(), set));
}

Tensor var(const Tensor& a, const Axes& axes, Keep keep) {
  check_not_empty("var", a.shape(), axes.of(a.shape(), "var"));
  return mean(pow(a - mean(a, axes, keepdim), 2), axes, keep);
}

Tensor stddev(const Tensor& a, const Axes& axes, Keep keep) {
  const AxisSet set = axes.of(a.shape(), "stddev");
  check_not_empty("stddev", a.shape(), set);
  // By norm, whose gradient is finite where all elements are equal.
  const double count = static_cast<double>(reduced_count(a.shape(), set));
  return norm(a - mean(a, axes, keepdim), axes, keep) / std::sqrt(count);
}

Tensor max(const Tensor& a, const Axes& axes, Keep keep) {
  const AxisSet set = axes.of(a.shape(), "max");
  check_not_empty("max", a.shape(), set);
  return record("max", kept(kernels::max(a.array(), set), a.shape(), set, keep), {a},
                {[set](auto& g, auto& y, auto in) {
                  const Tensor largest = in[0] >= against(y, in[0], set);
                  const Tensor count(
                      kernels::sum(largest.array(), set).reshaped(keep_axes(largest.shape(), set)));
                  return where(largest, against(g, in[0], set) / count, 0);
                }});
}

Tensor min(const Tensor& a, const Axes& axes, Keep keep) {
  check_not_empty("min", a.shape(), axes.of(a.shape(), "min"));
  return -max(-a, axes, keep);
}

Tensor norm(const Tensor& a, const Axes& axes, Keep keep) {
  const AxisSet set = axes.of(a.shape(), "norm");
  return record("norm", kept(lengths(a.array(), set), a.shape(), set, keep), {a},
                {[set](auto& g, auto& y, auto in) {
                  const Tensor size = against(y, in[0], set), some = size > 0;
                  return where(some, against(g, in[0], set) * (in[0] / where(some, size, 1)), 0);
                }});
}

Tensor logsumexp(const Tensor& a, const Axes& axes, Keep keep) {
  const AxisSet set = axes.of(a.shape(), "logsumexp");
  check_not_empty("logsumexp", a.shape(), set);
  // Subtracts the largest element, unless it is infinite: inf - inf is NaN.
  const Shape wide = keep_axes(a.shape(), set);
  const Array top =
      map(kernels::max(a.array(), set).reshaped(wide), [](Real v) { return std::isinf(v) ? Real(0) : v; });
  const Array rest = kernels::exp(map(a.array(), top, [](Real v, Real m) { return v - m; }));
  const Array value =
      map(kernels::sum(rest, set).reshaped(wide), top, [](Real s, Real m) { return std::log(s) + m; });
  return record("logsumexp", keep == Keep::yes ? value : value.reshaped(drop_axes(a.shape(), set)), {a},
                {[set](auto& g, auto& y, auto in) {
                  // softmax(a) = e^(a - y), and 0 where even y is -inf
                  const Tensor total = against(y, in[0], set);
                  const Tensor finite = where(total > -INFINITY, total, 0);
                  return against(g, in[0], set) * exp(in[0] - finite);
                }});
}

Tensor cumsum(const Tensor& a, int axis) {
  axis = a.shape().axis("cumsum", axis);
  return record("cumsum", kernels::cumsum(a.array(), axis), {a},
                {[axis](auto& g, auto&, auto) { return flip(cumsum(flip(g, axis), axis), axis); }});
}

Tensor cumprod(const Tensor& a, int axis) {
  // Step by step: the gradient of a quotient of products would divide by a factor of 0.
  std::vector<Tensor> products = unstack(a, axis);
  for (std::size_t i = 1; i < products.size(); ++i) products[i] = products[i - 1] * products[i];
  return products.empty() ? a.clone() : stack(products, a.shape().axis("cumprod", axis));
}

TopK topk(const Tensor& a, int k, int axis) {
  axis = a.shape().axis("topk", axis);
  if (k < 1 || k > a.shape()[axis])
    fail("topk", "k is {}; axis {} of shape {} has {} elements to choose from", k, axis, a.shape(),
         a.shape()[axis]);
  Indices ids = kernels::top_k(a.array(), axis, k);
  return {gather(a, axis, ids), ids};
}

Indices argmax(const Tensor& a, int axis) {
  axis = a.shape().axis("argmax", axis);
  if (a.shape()[axis] == 0)
    fail("argmax", "axis {} of shape {} is empty; it has no largest element", axis, a.shape());
  return kernels::argmax(a.array(), axis);
}

}}  // namespace tg
