#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor straight_through(const Tensor& hard, const Tensor& soft) {
  return soft + (hard - soft).detach();
}

// In the square, b_i^2 stands times the squared length of vector i. For a bit b_i^2 is b_i.
inline Tensor linear_cost(const Tensor& b, const Tensor& vectors, const Tensor& goal) {
  const Tensor far = matmul(b, vectors) - goal, lengths = sum(vectors * vectors, 1);
  return sum(far * far, 1) + sum((b - b * b) * lengths, 1);
}

// ln p of the bits of a draw is the sum of ln sigmoid(z) where a bit is 1, and ln(1 - sigmoid(z)) where it
// is 0: minus the log loss of z against b.
inline Tensor score_loss(const Tensor& z, const Tensor& b, const Tensor& costs) {
  const double n = static_cast<double>(costs.size());
  const Tensor less_others = (costs - mean(costs)).detach() * (n / (n - 1));
  const Tensor log_chance = sum(b.detach() * z - softplus(z), 1);
  return mean(less_others * log_chance);
}

}  // namespace exercise
