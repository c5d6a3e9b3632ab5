#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Indices;
using tg::Tensor;

// With n draws, a cost less the mean of all is (n - 1) / n of the cost less the mean of the others.
inline Tensor score_loss(const Tensor& scores, const Indices& drawn, const Tensor& costs) {
  const double n = static_cast<double>(costs.size());
  const Tensor less_others = (costs - mean(costs)) * (n / (n - 1));
  return mean(less_others.detach() * take(log_softmax(scores), drawn));
}

}  // namespace exercise
