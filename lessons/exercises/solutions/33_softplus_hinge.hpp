#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// The hinge costs most where d is small: it is what m still lacks, m - d. The engine's softplus does not overflow, and its
// slope, sigmoid(m - d), falls like e^(m - d) beyond the margin and never to 0.
inline Tensor soft_pair_loss(const Tensor& same, const Tensor& d, double m) {
  if (same.shape() != d.shape())
    tg::fail("soft_pair_loss",
             "shapes differ: labels are {}, distances are {}; one label for each distance is needed",
             same.shape(), d.shape());
  return mean(same * d + (1 - same) * softplus(m - d));
}

}  // namespace exercise
