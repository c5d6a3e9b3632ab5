// says: one draw was shared along an axis
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Mode;

inline Tensor dropout(const Tensor& x, double rate, Mode mode) {
  if (mode == Mode::eval) return x;
  const Tensor kept = tg::uniform({x.dim(-1)}, 0, 1) >= rate;
  return x * kept / (1 - rate);
}

}  // namespace exercise
