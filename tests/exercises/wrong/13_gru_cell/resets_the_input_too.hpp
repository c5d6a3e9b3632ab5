// says: r closes off the input too
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct GRUCell {
  GRUCell(int in, int hidden)
      : weight_x(tg::nn::glorot_uniform(in, 3 * hidden)),
        weight_h(tg::nn::orthogonal(hidden, 3 * hidden)),
        bias_x(tg::zeros({3 * hidden}).requires_grad(true)),
        bias_h(tg::zeros({3 * hidden}).requires_grad(true)) {}

  Tensor operator()(const Tensor& x, const Tensor& h) const {
    const int hidden = h.dim(1);
    const Tensor from_x = matmul(x, weight_x) + bias_x, from_h = matmul(h, weight_h) + bias_h;  // [B,3H]
    const auto part = [&](const Tensor& a, int k) { return tg::slice(a, 1, k * hidden, (k + 1) * hidden); };
    const Tensor z = sigmoid(part(from_x, 0) + part(from_h, 0));
    const Tensor r = sigmoid(part(from_x, 1) + part(from_h, 1));
    const Tensor g = tanh(r * (part(from_x, 2) + part(from_h, 2)));
    return z * h + (1 - z) * g;
  }
  tg::nn::Parameters parameters() const {
    return {{"weight_x", weight_x}, {"weight_h", weight_h}, {"bias_x", bias_x}, {"bias_h", bias_h}};
  }

  Tensor weight_x, weight_h;  // [D,3H], [H,3H]
  Tensor bias_x, bias_h;      // [3H], [3H]
};

}  // namespace exercise
