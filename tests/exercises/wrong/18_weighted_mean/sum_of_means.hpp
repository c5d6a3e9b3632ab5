// says: the means of the parts were added up
#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct Part {
  Tensor losses, weights, mask;
};

inline Tensor weighted_mean(const std::vector<Part>& parts) {
  Tensor total = 0;
  for (const auto& [losses, weights, mask] : parts)
    total = total + sum(where(mask, weights * losses, 0)) / sum(where(mask, weights, 0));
  return total;
}

}  // namespace exercise
