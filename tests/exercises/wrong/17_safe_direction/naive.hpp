// says: 0 / 0 is NaN
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor safe_direction(const Tensor& r) { return r / norm(r, -1, tg::keepdim); }

}  // namespace exercise
