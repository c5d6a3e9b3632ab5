// says: 0 times NaN is NaN
#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct Part {
  Tensor losses, weights, mask;
};

inline Tensor weighted_mean(const std::vector<Part>& parts) {
  Tensor top = 0, bottom = 0;
  for (const auto& [losses, weights, mask] : parts) {
    top = top + sum(weights * losses * mask);
    bottom = bottom + sum(weights * mask);
  }
  return top / bottom;
}

}  // namespace exercise
