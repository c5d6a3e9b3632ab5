#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

struct Part {
  Tensor guess;  // [B,T,3]
  Tensor truth;  // [B,3], never 0
  std::vector<int> first, lengths;
};

// The divisor is chosen before the division and the result after it: the first keeps infinities out of the
// gradient, the second makes the direction of 0 a constant.
inline Tensor direction(const Tensor& r) {
  const Tensor length = norm(r, -1, tg::keepdim);
  return where(length > 0, r / where(length > 0, length, 1), 0);
}

// Everything keeps its axis of steps until the weights have met the losses. The truth gets one, or [B,3]
// would be taken for [T,3]. What is padded is replaced before any arithmetic, since 0 times NaN is NaN. Sums
// add up over parts; their quotients do not.
inline Tensor whole_loss(const std::vector<Part>& parts, double power) {
  Tensor top = 0, bottom = 0;
  for (const Part& part : parts) {
    const int items = part.guess.dim(0), steps = part.guess.dim(1);
    const Tensor mask = tg::sequence_mask(part.lengths, steps);  // [B,T]
    const Tensor first({items, 1}, std::vector<Real>(part.first.begin(), part.first.end()));
    const Tensor weights = pow(first + tg::arange(steps), power) * mask;  // [B,T]

    const Tensor truth = reshape(part.truth, {items, 1, 3});
    const Tensor guess = where(reshape(mask, {items, steps, 1}), part.guess, truth);
    const Tensor turned = mean(pow(direction(guess) - direction(truth), 2), -1);  // [B,T]
    const Tensor farther = pow(norm(guess, -1) - norm(truth, -1), 2);             // [B,T]
    top = top + sum(weights * (10 * turned + farther));
    bottom = bottom + sum(weights);
  }
  return top / bottom;
}

}  // namespace exercise
