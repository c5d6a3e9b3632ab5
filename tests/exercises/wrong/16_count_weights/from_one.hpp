// says: both items get the same weights
#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor count_weights(const std::vector<int>& first, const std::vector<int>& lengths, int steps,
                            double power) {
  const Tensor n = tg::arange(1, steps + 1);
  const Tensor mask = tg::sequence_mask(lengths, steps);
  const Tensor weights = pow(n, power) * mask;
  return weights * sum(mask) / sum(weights);
}

}  // namespace exercise
