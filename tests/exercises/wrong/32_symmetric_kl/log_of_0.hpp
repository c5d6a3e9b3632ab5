// says: its logarithm -infinity
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor symmetric_kl(const Tensor& a, const Tensor& b) {
  const Tensor p = softmax(a), q = softmax(b);
  return sum((p - q) * (log(p) - log(q)), -1);
}

}  // namespace exercise
