#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

// All numbers come from the arguments, none from a state, so the same batch gets the same weights each time.
// The mean is that of the whole batch: one for each item would take away what a piece from further back
// counts more.
inline Tensor count_weights(const std::vector<int>& first, const std::vector<int>& lengths, int steps,
                            double power) {
  const Tensor start({static_cast<int>(first.size()), 1}, std::vector<Real>(first.begin(), first.end()));
  const Tensor n = start + tg::arange(steps);  // [B,1] + [T] = [B,T]
  const Tensor mask = tg::sequence_mask(lengths, steps);
  const Tensor weights = pow(n, power) * mask;
  return weights * sum(mask) / sum(weights);
}

}  // namespace exercise
