// says: divide by D, as mean() does
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::keepdim;
using tg::Tensor;

struct LayerNorm {
  explicit LayerNorm(int features)
      : gain(tg::ones({features}).requires_grad(true)), shift(tg::zeros({features}).requires_grad(true)) {}

  Tensor operator()(const Tensor& x) const {
    const Tensor centred = x - mean(x, -1, keepdim);
    const Tensor variance = sum(centred * centred, -1, keepdim) / (x.dim(-1) - 1);
    return gain * centred / sqrt(variance + epsilon) + shift;
  }

  tg::nn::Parameters parameters() const { return {{"gain", gain}, {"shift", shift}}; }

  Tensor gain, shift;
  double epsilon = 1e-5;
};

}  // namespace exercise
