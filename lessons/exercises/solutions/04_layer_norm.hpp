#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::keepdim;
using tg::Tensor;

struct LayerNorm {
  explicit LayerNorm(int features)
      : gain(tg::ones({features}).requires_grad(true)), shift(tg::zeros({features}).requires_grad(true)) {}

  // Mean and variance are made of x by recorded operations, so backward knows that moving one feature moves both. epsilon
  // stands under the root because the slope of a root at 0 is infinite.
  Tensor operator()(const Tensor& x) const {
    const Tensor centred = x - mean(x, -1, keepdim);               // [.., D]
    const Tensor variance = mean(centred * centred, -1, keepdim);  // [.., 1]
    return gain * centred / sqrt(variance + epsilon) + shift;
  }

  tg::nn::Parameters parameters() const { return {{"gain", gain}, {"shift", shift}}; }

  Tensor gain, shift;  // [D]
  double epsilon = 1e-5;
};

}  // namespace exercise
