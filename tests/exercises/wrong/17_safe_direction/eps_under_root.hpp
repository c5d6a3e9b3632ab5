// says: makes it shorter than 1
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor safe_direction(const Tensor& r) { return r / sqrt(sum(r * r, -1, tg::keepdim) + 1e-12); }

}  // namespace exercise
