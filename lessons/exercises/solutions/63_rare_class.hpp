#pragma once
#include <cmath>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// A weight has added its logarithm to the score of the true chance.
inline Tensor probability(const Tensor& z, double weight) { return sigmoid(z - std::log(weight)); }

// missed_cost p > 1 - p, in terms of the true chance.
inline Tensor named(const Tensor& z, double weight, double missed_cost) {
  return probability(z, weight) > 1 / (1 + missed_cost);
}

inline double cost(const Tensor& z, const Tensor& y, double weight, double missed_cost) {
  const Tensor said = named(z, weight, missed_cost);
  return mean(missed_cost * (1 - said) * y + said * (1 - y)).item();
}

// Row i of `above` has a 1 for each example whose score is at least that of example i: the list down to
// its score.
inline double average_precision(const Tensor& z, const Tensor& y) {
  const Tensor above = transpose(z) >= z;  // [N,N]
  const Tensor precision = matmul(above, y) / sum(above, 1, tg::Keep::yes);
  return (sum(precision * y) / sum(y)).item();
}

}  // namespace exercise
