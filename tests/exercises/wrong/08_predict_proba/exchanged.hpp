// says: the columns are exchanged
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor predict_proba(const Tensor& scores) {
  return scores.dim(1) == 1 ? sigmoid(tg::concat({scores, -scores}, 1)) : softmax(scores);
}

}  // namespace exercise
