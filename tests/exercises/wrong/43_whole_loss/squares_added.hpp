// says: their mean is needed
#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

struct Part {
  Tensor guess;
  Tensor truth;
  std::vector<int> first, lengths;
};
inline Tensor direction(const Tensor& r) {
  const Tensor length = norm(r, -1, tg::keepdim);
  return where(length > 0, r / where(length > 0, length, 1), 0);
}
inline Tensor whole_loss(const std::vector<Part>& parts, double power) {
  Tensor top = 0, bottom = 0;
  for (const Part& part : parts) {
    const int items = part.guess.dim(0), steps = part.guess.dim(1);
    const Tensor mask = tg::sequence_mask(part.lengths, steps);
    const Tensor first({items, 1}, std::vector<Real>(part.first.begin(), part.first.end()));
    const Tensor weights = pow(first + tg::arange(steps), power) * mask;

    const Tensor truth = reshape(part.truth, {items, 1, 3});
    const Tensor guess = where(reshape(mask, {items, steps, 1}), part.guess, truth);
    const Tensor turned = sum(pow(direction(guess) - direction(truth), 2), -1);
    const Tensor farther = pow(norm(guess, -1) - norm(truth, -1), 2);
    top = top + sum(weights * (10 * turned + farther));
    bottom = bottom + sum(weights);
  }
  return top / bottom;
}

}
