#include "tinygrad_cpp/ops/pointwise.hpp"

#include <algorithm>
#include <cmath>

#include "tinygrad_cpp/array/kernels/copies.hpp"
#include "tinygrad_cpp/array/kernels/elementwise.hpp"
#include "tinygrad_cpp/array/kernels/parallel.hpp"
#include "tinygrad_cpp/autograd/record.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// For one operand of maximum or minimum: g where it is chosen, g / 2 where both are equal, else 0. Uses
/// where(), not a product with the mask, because 0 times infinity is NaN.
Tensor chosen(const Tensor& this_one, const Tensor& equal, const Tensor& g) {
  return where(this_one, g, where(equal, g / 2, 0));
}

/// out[i] = m[i] != 0 ? p_at(i) : q_at(i). Compilers vectorise this loop only in a function of its own.
template <class P, class Q>
[[gnu::noinline]] void choose_run(std::int64_t begin, std::int64_t end, const Real* __restrict m, P p_at,
                                  Q q_at, Real* __restrict out) {
  for (std::int64_t i = begin; i < end; ++i) {
    const Real p = p_at(i), q = q_at(i);
    out[i] = m[i] != 0 ? p : q;
  }
}

}  // namespace

Tensor sub(const Tensor& a, const Tensor& b) {
  return record("sub", map("sub", a, b, [](Real p, Real q) { return p - q; }), {a, b},
                {[](auto& g, auto&, auto) { return g; }, [](auto& g, auto&, auto) { return -g; }});
}

Tensor mul(const Tensor& a, const Tensor& b) {
  return record("mul", map("mul", a, b, [](Real p, Real q) { return p * q; }), {a, b},
                {[](auto& g, auto&, auto in) { return g * in[1]; },
                 [](auto& g, auto&, auto in) { return g * in[0]; }});
}

Tensor div(const Tensor& a, const Tensor& b) {
  return record("div", map("div", a, b, [](Real p, Real q) { return p / q; }), {a, b},
                {[](auto& g, auto&, auto in) { return g / in[1]; },
                 [](auto& g, auto& y, auto in) { return -g * y / in[1]; }});
}

Tensor affine(const Tensor& a, double scale, double shift) {
  const Real p = to_real("arithmetic", scale), q = to_real("arithmetic", shift);
  return record("affine", map(a, [=](Real v) { return p * v + q; }), {a},
                {[scale](auto& g, auto&, auto) { return affine(g, scale, 0); }});
}

Tensor exp(const Tensor& a) {
  return record("exp", kernels::exp(a.array()), {a}, {[](auto& g, auto& y, auto) { return g * y; }});
}

Tensor log(const Tensor& a) {
  return record("log", kernels::log(a.array()), {a}, {[](auto& g, auto&, auto in) { return g / in[0]; }});
}

Tensor sqrt(const Tensor& a) {
  return record("sqrt", map(a, [](Real v) { return std::sqrt(v); }), {a},
                {[](auto& g, auto& y, auto) { return g / (2 * y); }});
}

Tensor pow(const Tensor& a, double exponent) {
  const auto power = static_cast<Real>(exponent);
  Array value = exponent == 2 ? map(a, [](Real v) { return v * v; })
                              : map(a, [power](Real v) { return std::pow(v, power); });
  return record("pow", std::move(value), {a}, {[exponent](auto& g, auto&, auto in) {
                  // p a^(p-1) would be 0 times infinity at a = 0 when p is 0.
                  if (exponent == 0) return where(0, g, 0);
                  if (exponent == 1) return g;
                  return exponent == 2 ? g * (2 * in[0]) : g * (exponent * pow(in[0], exponent - 1));
                }});
}

Tensor pow(const Tensor& a, const Tensor& exponent) {
  return record("pow", map("pow", a, exponent, [](Real p, Real q) { return std::pow(p, q); }), {a, exponent},
                {[](auto& g, auto&, auto in) {
                   const Tensor both =
                       (in[0] == 0) * (in[1] == 0);  // a^0 is constant; the formula gives NaN at 0
                   return where(both, 0, g * in[1] * pow(where(both, 1, in[0]), in[1] - 1));
                 },
                 [](auto& g, auto& y, auto in) {
                   const Tensor some = in[0] != 0;  // 0^b is 0 for every b > 0
                   return where(some, g * y * log(where(some, in[0], 1)), 0);
                 }});
}

Tensor abs(const Tensor& a) {
  return record("abs", map(a, [](Real v) { return std::abs(v); }), {a},
                {[](auto& g, auto&, auto in) { return where(in[0] > 0, g, where(in[0] < 0, -g, 0)); }});
}

Tensor tanh(const Tensor& a) {
  return record("tanh", kernels::tanh(a.array()), {a},
                {[](auto& g, auto& y, auto) { return g * (1 - y * y); }});
}

Tensor sigmoid(const Tensor& a) {
  return record("sigmoid", kernels::sigmoid(a.array()), {a},
                {[](auto& g, auto& y, auto) { return g * (y * (1 - y)); }});
}

Tensor relu(const Tensor& a) {
  return record("relu", map(a, [](Real v) { return v < 0 ? Real(0) : v; }), {a},  // NaN stays NaN
                {[](auto& g, auto&, auto in) { return where(in[0] > 0, g, 0); }});
}

Tensor softplus(const Tensor& a) {
  return record("softplus",
                map(a, [](Real v) { return (v > 0 ? v : 0) + std::log1p(std::exp(-std::abs(v))); }), {a},
                {[](auto& g, auto&, auto in) { return g * sigmoid(in[0]); }});
}

Tensor clamp(const Tensor& a, double low, double high) {
  if (!(low <= high)) fail("clamp", "low is {}, high is {}; low must not be above high", low, high);
  const auto p = static_cast<Real>(low), q = static_cast<Real>(high);
  return record("clamp", map(a, [=](Real v) { return v < p   ? p
                                                     : v > q ? q
                                                             : v; }), {a},
                {[low, high](auto& g, auto&, auto in) {
                  return where((in[0] >= low) * (in[0] <= high), g, 0);
                }});
}

Tensor maximum(const Tensor& a, const Tensor& b) {
  return record("maximum", map("maximum", a, b, [](Real p, Real q) { return p > q || p != p ? p : q; }),
                {a, b},
                {[](auto& g, auto&, auto in) { return chosen(in[0] > in[1], in[0] == in[1], g); },
                 [](auto& g, auto&, auto in) { return chosen(in[1] > in[0], in[1] == in[0], g); }});
}

Tensor minimum(const Tensor& a, const Tensor& b) {
  return record("minimum", map("minimum", a, b, [](Real p, Real q) { return p < q || p != p ? p : q; }),
                {a, b},
                {[](auto& g, auto&, auto in) { return chosen(in[0] < in[1], in[0] == in[1], g); },
                 [](auto& g, auto&, auto in) { return chosen(in[1] < in[0], in[1] == in[0], g); }});
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  const Shape shape =
      broadcast_shape("where", condition.shape(), broadcast_shape("where", a.shape(), b.shape()));
  const Array mask = kernels::broadcast_to(condition.array(), shape);
  Array value(shape);
  const auto choose = [&](auto p_at, auto q_at) {
    parallel_for(value.size(), 1,
                 [=, m = mask.data(), out = value.mutable_data()](std::int64_t begin, std::int64_t end) {
                   choose_run(begin, end, m, p_at, q_at, out);
                 });
  };
  const auto with = [&](const Tensor& operand, auto use) {
    if (operand.size() == 1) return use([v = *operand.array().data()](std::int64_t) { return v; });
    const Array wide = kernels::broadcast_to(operand.array(), shape);
    use([p = wide.data()](std::int64_t i) { return p[i]; });
  };
  with(a, [&](auto p_at) { with(b, [&](auto q_at) { choose(p_at, q_at); }); });
  return record("where", std::move(value), {condition, a, b},
                {Rule{}, [](auto& g, auto&, auto in) { return where(in[0], g, 0); },
                 [](auto& g, auto&, auto in) { return where(in[0], 0, g); }});
}

// A comparison is a leaf: its derivative is 0 wherever it exists.
Tensor operator==(const Tensor& a, const Tensor& b) {
  return Tensor(map("==", a, b, [](Real p, Real q) { return Real(p == q); }));
}
Tensor operator!=(const Tensor& a, const Tensor& b) {
  return Tensor(map("!=", a, b, [](Real p, Real q) { return Real(p != q); }));
}
Tensor operator<(const Tensor& a, const Tensor& b) {
  return Tensor(map("<", a, b, [](Real p, Real q) { return Real(p < q); }));
}
Tensor operator<=(const Tensor& a, const Tensor& b) {
  return Tensor(map("<=", a, b, [](Real p, Real q) { return Real(p <= q); }));
}
Tensor operator>(const Tensor& a, const Tensor& b) {
  return Tensor(map(">", a, b, [](Real p, Real q) { return Real(p > q); }));
}
Tensor operator>=(const Tensor& a, const Tensor& b) {
  return Tensor(map(">=", a, b, [](Real p, Real q) { return Real(p >= q); }));
}

bool all_close(const Tensor& a, const Tensor& b, double tolerance) {
  if (a.shape() != b.shape())
    fail("all_close", "shapes differ: a is {}, b is {}; they must be equal", a.shape(), b.shape());
  return std::equal(a.array().data(), a.array().data() + a.size(), b.array().data(), [=](Real x, Real y) {
    const auto p = static_cast<double>(x), q = static_cast<double>(y);
    return p == q || (std::isfinite(q) && std::abs(p - q) <= tolerance * std::max(1.0, std::abs(q)));
  });
}

Tensor& updated(const char* op, Tensor& a, Tensor value) {
  if (a.is_leaf() && a.requires_grad())
    fail(
        op,
        "this tensor is a leaf that requires a gradient, and {} would make a new tensor, while an optimizer "
        "would still update the old one; assign() overwrites its values: w.assign(w.detach() - 0.1 * w.grad())",
        op);
  return a = std::move(value);
}

}}  // namespace tg
