#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct Part {
  std::vector<Tensor> gradients;
  double weight;
};

// A part with weight 0 is left out, not multiplied: 0 times NaN is NaN.
inline std::vector<Tensor> averaged(const std::vector<Part>& parts) {
  double total = 0;
  std::vector<Tensor> sums;
  for (const Part& part : parts) {
    if (part.weight == 0) continue;
    total += part.weight;
    for (std::size_t p = 0; p < part.gradients.size(); ++p) {
      const Tensor weighed = part.weight * part.gradients[p];
      if (p < sums.size())
        sums[p] = sums[p] + weighed;
      else
        sums.push_back(weighed);
    }
  }
  for (Tensor& sum : sums) sum = sum / total;
  return sums;
}

}  // namespace exercise
