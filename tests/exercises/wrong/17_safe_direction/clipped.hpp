// says: makes the gradient enormous
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor safe_direction(const Tensor& r) { return r / maximum(norm(r, -1, tg::keepdim), 1e-30); }

}  // namespace exercise
