// says: there 0 is same
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor soft_pair_loss(const Tensor& same, const Tensor& d, double m) {
  const Tensor hinge = clamp(d - m, 0, 1000);
  return mean((1 - same) * d + same * hinge);
}

}  // namespace exercise
