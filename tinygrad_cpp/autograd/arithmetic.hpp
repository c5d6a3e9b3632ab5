#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"

// The three operations that backward itself uses. All others, except Tensor::clone(), are in ops/.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// a + b, elementwise with broadcasting.   dL/da = g,  dL/db = g
Tensor add(const Tensor& a, const Tensor& b);
inline Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }

/// a repeated along new axes in front and axes of size 1.   dL/da = g summed over the repeats
Tensor broadcast_to(const Tensor& a, const Shape& shape);

/// The reverse of broadcast_to: sums a down to `shape`. Error unless `shape` broadcasts to a's shape.
///   dL/da = g repeated
Tensor sum_to(const Tensor& a, const Shape& shape);

}}  // namespace tg
