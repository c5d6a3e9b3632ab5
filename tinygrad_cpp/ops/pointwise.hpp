#pragma once
#include <concepts>

#include "tinygrad_cpp/autograd/arithmetic.hpp"
#include "tinygrad_cpp/autograd/tensor.hpp"

// Operations on single elements. Those of two tensors broadcast: counted from the right, sizes are equal or
// 1. A number stands for a tensor everywhere: 2 * a, maximum(a, 0). In the formulas g is the upstream
// gradient, y the result.

namespace tg { inline namespace TG_REAL_NAMESPACE {

Tensor sub(const Tensor& a, const Tensor& b);  // a - b      dL/da = g,      dL/db = -g
Tensor mul(const Tensor& a, const Tensor& b);  // a b        dL/da = g b,    dL/db = g a
Tensor div(const Tensor& a, const Tensor& b);  // a / b      dL/da = g / b,  dL/db = -g y / b
/// scale a + shift, with two numbers: what 2 * a, a - 1 and -a are.   dL/da = scale g
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
Tensor log(const Tensor& a);                   // ln a, in nats      dL/da = g / a
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

/// a, cut off below `low` and above `high`. The gradient passes where low <= a <= high and is 0 outside: what
/// is clipped learns nothing.
Tensor clamp(const Tensor& a, double low, double high);

/// The larger, or smaller, of two elements. Where they are equal each gets half of the gradient.
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, const Tensor& b);

/// a where the condition is not 0, b elsewhere. What is not chosen reaches neither value nor gradient, not
/// even a NaN. The condition gets no gradient. But a rule that makes a NaN from a gradient of 0 is out of
/// reach: where(x > 0, sqrt(x), 0) has a NaN gradient at 0, which is 0 times infinity. Choose before:
/// sqrt(where(x > 0, x, 1)).
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);

// Comparisons give 1 where they hold and 0 elsewhere, and no gradient. A product of them is an "and". For one
// answer about all elements there is all_close.
Tensor operator==(const Tensor& a, const Tensor& b);
Tensor operator!=(const Tensor& a, const Tensor& b);
Tensor operator<(const Tensor& a, const Tensor& b);
Tensor operator<=(const Tensor& a, const Tensor& b);
Tensor operator>(const Tensor& a, const Tensor& b);
Tensor operator>=(const Tensor& a, const Tensor& b);

/// Whether |a - b| <= tolerance max(1, |b|) for every element, as tests ask: equal infinities are close, a
/// NaN never is. Error when the shapes differ.
bool all_close(const Tensor& a, const Tensor& b, double tolerance = 1e-6);

/// a = value, for the operators below. Error naming `op` when `a` is a leaf that requires a gradient.
Tensor& updated(const char* op, Tensor& a, Tensor value);

// a += b is a = a + b: `a` becomes a new tensor with a history, and other handles of the old one keep it. On
// a leaf that requires a gradient an Error, under NoGrad too: assign() is meant there.
template <class T>
concept Operand = std::same_as<T, Tensor> || Number<T>;
Tensor& operator+=(Tensor& a, const Operand auto& b) { return updated("+=", a, a + b); }
Tensor& operator-=(Tensor& a, const Operand auto& b) { return updated("-=", a, a - b); }
Tensor& operator*=(Tensor& a, const Operand auto& b) { return updated("*=", a, a * b); }
Tensor& operator/=(Tensor& a, const Operand auto& b) { return updated("/=", a, a / b); }

}}  // namespace tg
