#include "tinygrad_cpp/ops/pointwise.hpp"

#include <cmath>

#include "tinygrad_cpp/array/kernels.hpp"
#include "tinygrad_cpp/autograd/record.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg::inline TG_REAL_NAMESPACE {

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
  const auto p = static_cast<Real>(scale), q = static_cast<Real>(shift);
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
                  if (exponent == 0) return g * 0;
                  if (exponent == 1) return g + 0;
                  return exponent == 2 ? g * (2 * in[0]) : g * (exponent * pow(in[0], exponent - 1));
                }});
}

Tensor abs(const Tensor& a) {
  return record("abs", map(a, [](Real v) { return std::abs(v); }), {a},
                {[](auto& g, auto&, auto in) { return g * ((in[0] > 0) - (in[0] < 0)); }});
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
                {[](auto& g, auto&, auto in) { return g * (in[0] > 0); }});
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
                {[low, high](auto& g, auto&, auto in) { return g * ((in[0] >= low) * (in[0] <= high)); }});
}

Tensor maximum(const Tensor& a, const Tensor& b) {
  return record("maximum", map("maximum", a, b, [](Real p, Real q) { return p > q || p != p ? p : q; }),
                {a, b},
                {[](auto& g, auto&, auto in) { return g * ((in[0] > in[1]) + (in[0] >= in[1])) / 2; },
                 [](auto& g, auto&, auto in) { return g * ((in[1] > in[0]) + (in[1] >= in[0])) / 2; }});
}

Tensor minimum(const Tensor& a, const Tensor& b) {
  return record("minimum", map("minimum", a, b, [](Real p, Real q) { return p < q || p != p ? p : q; }),
                {a, b},
                {[](auto& g, auto&, auto in) { return g * ((in[0] < in[1]) + (in[0] <= in[1])) / 2; },
                 [](auto& g, auto&, auto in) { return g * ((in[1] < in[0]) + (in[1] <= in[0])) / 2; }});
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  // Chosen in two steps, each with one broadcast; a sum of the two would let a NaN through.
  const Shape shape =
      broadcast_shape("where", condition.shape(), broadcast_shape("where", a.shape(), b.shape()));
  const Array mask = kernels::broadcast_to(condition.array(), shape);
  const Array p = kernels::broadcast_to(a.array(), shape), q = kernels::broadcast_to(b.array(), shape);
  Array value(shape);
  Real* out = value.mutable_data();
  for (std::int64_t i = 0; i < value.size(); ++i) out[i] = mask.data()[i] != 0 ? p.data()[i] : q.data()[i];
  return record("where", std::move(value), {condition, a, b},
                {Rule{}, [](auto& g, auto&, auto in) { return where(in[0], g, 0); },
                 [](auto& g, auto&, auto in) { return where(in[0], 0, g); }});
}

// A comparison is a leaf: it is flat wherever it has a derivative.
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

}  // namespace tg::inline TG_REAL_NAMESPACE
