// says: weights [T] have no axis for the items
#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor count_weights(const std::vector<int>& first, const std::vector<int>& lengths, int steps,
                            double power) {
  const Tensor weights = pow(tg::arange(1, steps + 1), power);
  return weights / mean(weights);
}

}  // namespace exercise
