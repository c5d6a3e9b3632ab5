#pragma once
#include <concepts>

#include "tinygrad_cpp/autograd/arithmetic.hpp"
#include "tinygrad_cpp/autograd/tensor.hpp"

// Operations on single elements. Operations on two tensors broadcast: counted from the right, sizes are equal
// or 1. A number can stand for a tensor: 2 * a, maximum(a, 0). In the formulas g is the upstream gradient, y
// the result.

namespace tg { inline namespace TG_REAL_NAMESPACE {

Tensor sub(const Tensor& a, const Tensor& b);  // a - b      dL/da = g,      dL/db = -g
Tensor mul(const Tensor& a, const Tensor& b);  // a b        dL/da = g b,    dL/db = g a
Tensor div(const Tensor& a, const Tensor& b);  // a / b      dL/da = g / b,  dL/db = -g y / b
/// scale a + shift, with two numbers, as in 2 * a, a - 1 and -a.   dL/da = scale g
Tensor affine(const Tensor& a, double scale, double shift);

inline Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) { return mul(a, b); }
inline Tensor operator/(const Tensor& a, const Tensor& b) { return div(a, b); }
inline Tensor operator-(const Tensor& a) { return affine(a, -1, 0); }

inline Tensor operator+(const Tensor& a, Number auto b) { return affine(a, 1, static_cast<double>(b)); }
inline Tensor operator+(Number auto a, const Tensor& b) { return affine(b, 1, static_cast<double>(a)); }
inline Tensor operator-(const Tensor& a, Number auto b) { return affine(a, 1, -static_cast<double>(b)); }
inline Tensor operator-(Number auto a, const Tensor& b) { return affine(b, -1, static_cast<double>(a)); }
inline Tensor operator*(const Tensor& a, Number auto b) { return affine(a, static_cast<double>(b), 0); }
inline Tensor operator*(Number auto a, const Tensor& b) { return affine(b, static_cast<double>(a), 0); }

Tensor exp(const Tensor& a);                   // e^a                dL/da = g y
Tensor log(const Tensor& a);                   // ln a (natural)    dL/da = g / a
Tensor sqrt(const Tensor& a);                  // a^(1/2)            dL/da = g / (2 y), infinite at 0
Tensor pow(const Tensor& a, double exponent);  // a^p                dL/da = g p a^(p - 1)
/// a^b, elementwise with broadcasting; pow(2, b) is 2^b.   dL/da = g b a^(b - 1),  dL/db = g y ln a, and 0
/// where a is 0
Tensor pow(const Tensor& a, const Tensor& exponent);
Tensor abs(const Tensor& a);       // |a|                dL/da = g sign(a), 0 at 0
Tensor tanh(const Tensor& a);      //                    dL/da = g (1 - y^2)
Tensor sigmoid(const Tensor& a);   // 1 / (1 + e^-a)     dL/da = g y (1 - y)
Tensor relu(const Tensor& a);      // max(a, 0)          dL/da = g where a > 0, else 0
Tensor softplus(const Tensor& a);  // ln(1 + e^a), without overflow    dL/da = g sigmoid(a)

/// a, limited to the range from `low` to `high`.   dL/da = g where low <= a <= high, else 0: an element
/// outside the range does not learn.
Tensor clamp(const Tensor& a, double low, double high);

/// The larger, or smaller, of two elements. Equal elements get half of the gradient each.
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, const Tensor& b);

/// a where the condition is not 0, else b. An element that is not chosen changes neither value nor gradient,
/// even if it is NaN. The condition gets no gradient. But where() cannot stop a NaN that a rule makes from a
/// gradient of 0: where(x > 0, sqrt(x), 0) has the gradient 0 times infinity at 0. Replace the input too:
///   where(x > 0, sqrt(where(x > 0, x, 1)), 0)
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);

// Comparisons give 1 where they hold, else 0, and no gradient. Their product means "and". all_close gives one
// answer for all elements.
Tensor operator==(const Tensor& a, const Tensor& b);
Tensor operator!=(const Tensor& a, const Tensor& b);
Tensor operator<(const Tensor& a, const Tensor& b);
Tensor operator<=(const Tensor& a, const Tensor& b);
Tensor operator>(const Tensor& a, const Tensor& b);
Tensor operator>=(const Tensor& a, const Tensor& b);

/// Whether |a - b| <= tolerance max(1, |b|) for every element. Equal infinities are close; NaN is close to
/// nothing. Error when the shapes differ.
bool all_close(const Tensor& a, const Tensor& b, double tolerance = 1e-6);

/// a = value, for the operators below. Error that names `op` when `a` is a leaf that requires a gradient.
Tensor& updated(const char* op, Tensor& a, Tensor value);

// a += b is a = a + b: `a` becomes a new tensor with a history, and other handles keep the old one. Error on
// a leaf that requires a gradient, under NoGrad too: use assign() there.
template <class T>
concept Operand = std::same_as<T, Tensor> || Number<T>;
Tensor& operator+=(Tensor& a, const Operand auto& b) { return updated("+=", a, a + b); }
Tensor& operator-=(Tensor& a, const Operand auto& b) { return updated("-=", a, a - b); }
Tensor& operator*=(Tensor& a, const Operand auto& b) { return updated("*=", a, a * b); }
Tensor& operator/=(Tensor& a, const Operand auto& b) { return updated("/=", a, a / b); }

}}  // namespace tg
