// says: rate is the share that is dropped
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Mode;

inline Tensor dropout(const Tensor& x, double rate, Mode mode) {
  if (mode == Mode::eval) return x;
  const Tensor kept = tg::uniform(x.shape(), 0, 1) < rate;
  return x * kept / rate;
}

}  // namespace exercise
