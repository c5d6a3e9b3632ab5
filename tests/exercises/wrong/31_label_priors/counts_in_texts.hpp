// says: Counted in texts the blank would have none
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline double predicted_blank_share() { return 0.42; }

inline Tensor without_priors(const Tensor& scores, const std::vector<int>& lengths, double weight) {
  std::vector<Real> said(std::size_t(scores.dim(2)), 0);
  Real letters = 0;
  for (const std::vector<int>& text : tg::decode::greedy(scores, 0, {.lengths = lengths}))
    for (const int letter : text) ++said[std::size_t(letter)], ++letters;
  const Tensor prior = Tensor({scores.dim(2)}, said) / letters;
  return log_softmax(scores - weight * log(prior));
}

}  // namespace exercise
