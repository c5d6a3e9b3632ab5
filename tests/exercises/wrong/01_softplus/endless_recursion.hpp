// says: segmentation fault
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Real deep(Real v) { return v > 1e300 ? v : 1 + deep(v + 1); }
inline Tensor softplus(const Tensor& x) { return x + deep(0); }

}  // namespace exercise
