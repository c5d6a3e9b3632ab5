// says: length counts in the prior
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline double predicted_blank_share() { return 0.42; }

inline Tensor without_priors(const Tensor& scores, const std::vector<int>& lengths, double weight) {
  return log_softmax(scores - weight * log(mean(softmax(scores), {0, 1})));
}

}  // namespace exercise
