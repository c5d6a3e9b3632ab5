#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Mode;

// Kept with probability 1 - rate and divided by it, an element has mean x. The factors are a Tensor like any other, so the
// product's own rule multiplies the gradient by the same ones. uniform is never negative: with rate 0 all are kept.
inline Tensor dropout(const Tensor& x, double rate, Mode mode) {
  if (mode == Mode::eval) return x;
  const Tensor kept = tg::uniform(x.shape(), 0, 1) >= rate;
  return x * kept / (1 - rate);
}

}  // namespace exercise
