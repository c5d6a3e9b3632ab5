// says: weights for each step
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

struct DenseEveryStep {
  Tensor weight, bias;

  DenseEveryStep(int steps, int features, int classes)
      : weight(tg::randn({steps, features, classes}).requires_grad(true)),
        bias(tg::zeros({steps, 1, classes}).requires_grad(true)) {}

  Tensor operator()(const Tensor& x, const std::vector<int>& lengths) const {
    const Tensor real = tg::reshape(tg::sequence_mask(lengths, x.dim(1)), {x.dim(0), x.dim(1), 1});
    const Tensor scores = tg::permute(tg::matmul(tg::permute(x, {1, 0, 2}), weight) + bias, {1, 0, 2});
    return tg::where(real, scores, 0);
  }

  tg::nn::Parameters parameters() const { return {{"weight", weight}, {"bias", bias}}; }
};

}  // namespace exercise
