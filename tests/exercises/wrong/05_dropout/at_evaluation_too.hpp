// says: elements were dropped at evaluation
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Mode;

inline Tensor dropout(const Tensor& x, double rate, Mode mode) {
  const Tensor kept = tg::uniform(x.shape(), 0, 1) >= rate;
  return x * kept / (1 - rate);
}

}  // namespace exercise
