#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct Part {
  Tensor losses, weights, mask;
};

// A mean of parts cannot be put together again without knowing how much each part weighs. The two sums can:
// they add up, and are divided once. Both take the same places, chosen and not multiplied by 0, since 0 times
// NaN is NaN; where() also repeats a row of weights for each item before they are added up.
inline Tensor weighted_mean(const std::vector<Part>& parts) {
  Tensor top = 0, bottom = 0;
  for (const auto& [losses, weights, mask] : parts) {
    top = top + sum(where(mask, weights * losses, 0));
    bottom = bottom + sum(where(mask, weights, 0));
  }
  return top / bottom;
}

}  // namespace exercise
