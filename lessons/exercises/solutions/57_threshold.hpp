#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// The line gives the slope. What is missing from it to the hard value is added as a constant.
inline Tensor threshold(const Tensor& z, double width) {
  const Tensor hard = z > 0, soft = clamp(z / (2 * width), -0.5, 0.5) + 0.5;
  return soft + (hard - soft).detach();
}

}  // namespace exercise
