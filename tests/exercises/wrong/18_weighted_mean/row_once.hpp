// says: the row of weights was added up once
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
    top = top + sum(where(mask, weights * losses, 0));
    bottom = bottom + sum(weights);
  }
  return top / bottom;
}

}  // namespace exercise
