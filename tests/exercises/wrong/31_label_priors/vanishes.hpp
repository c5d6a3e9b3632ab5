// says: the blank, divided by so much, vanishes
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline double predicted_blank_share() { return 0; }

inline Tensor without_priors(const Tensor& scores, const std::vector<int>& lengths, double weight) {
  const Tensor real =
      tg::reshape(tg::sequence_mask(lengths, scores.dim(1)), {scores.dim(0), scores.dim(1), 1});
  const Tensor prior = tg::sum(softmax(scores) * real, {0, 1}) / tg::sum(real);
  return log_softmax(scores - weight * log(prior));
}

}  // namespace exercise
