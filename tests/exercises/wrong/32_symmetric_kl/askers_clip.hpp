// says: the scores were clipped, as the asker did
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor symmetric_kl(const Tensor& a, const Tensor& b) {
  const Tensor p = clamp(a, 1e-7, 1), q = clamp(b, 1e-7, 1);
  return sum((p - q) * log(p / q), -1);
}

}  // namespace exercise
