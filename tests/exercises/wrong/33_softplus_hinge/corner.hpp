// says: this is the hinge with a corner
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor soft_pair_loss(const Tensor& same, const Tensor& d, double m) {
  if (same.shape() != d.shape())
    tg::fail("soft_pair_loss", "labels are {}, distances {}", same.shape(), d.shape());
  return mean(same * d + (1 - same) * relu(m - d));
}

}  // namespace exercise
