// says: a counter goes on from call to call
#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor count_weights(const std::vector<int>& first, const std::vector<int>& lengths, int steps,
                            double power) {
  static int calls = 0;
  const Tensor start({static_cast<int>(first.size()), 1}, std::vector<Real>(first.begin(), first.end()));
  const Tensor n = start + tg::arange(steps) + calls;
  calls += steps;
  const Tensor mask = tg::sequence_mask(lengths, steps);
  const Tensor weights = pow(n, power) * mask;
  return weights * sum(mask) / sum(weights);
}

}  // namespace exercise
