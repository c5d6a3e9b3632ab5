// says: compare every label with every distance
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor soft_pair_loss(const Tensor& same, const Tensor& d, double m) {
  return mean(same * d + (1 - same) * softplus(m - d));
}

}  // namespace exercise
