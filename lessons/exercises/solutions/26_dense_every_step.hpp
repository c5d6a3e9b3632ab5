#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct DenseEveryStep {
  Tensor weight, bias;

  // A letter sounds the same at every step, so no step has weights of its own, and their number does not matter.
  DenseEveryStep(int /*steps*/, int features, int classes)
      : weight(tg::nn::glorot_uniform(features, classes)), bias(tg::zeros({classes}).requires_grad(true)) {}

  // Chosen twice: before the product, since the gradient of the weights is x^T g, and a NaN in x times a g of 0 is NaN;
  // and after it, since 0 times the weights plus the bias is the bias.
  Tensor operator()(const Tensor& x, const std::vector<int>& lengths) const {
    const Tensor real = tg::reshape(tg::sequence_mask(lengths, x.dim(1)), {x.dim(0), x.dim(1), 1});
    return tg::where(real, tg::matmul(tg::where(real, x, 0), weight) + bias, 0);
  }

  tg::nn::Parameters parameters() const { return {{"weight", weight}, {"bias", bias}}; }
};

}  // namespace exercise
