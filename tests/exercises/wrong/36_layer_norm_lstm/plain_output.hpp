// says: tanh must see N_c of the new c
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::LSTMState;

struct LayerNormLSTMCell : tg::nn::LSTMCell {
  LayerNormLSTMCell(int in, int hidden)
      : LSTMCell(in, hidden), norm_x(4 * hidden), norm_h(4 * hidden), norm_c(hidden) {}
  LSTMState operator()(const Tensor& x, const LSTMState& state) const {
    const int hidden = state.c.dim(1);
    const Tensor sums = norm_x(matmul(x, weight_x)) + norm_h(matmul(state.h, weight_h)) + bias;
    const auto part = [&](int k) { return tg::slice(sums, 1, k * hidden, (k + 1) * hidden); };
    const Tensor c = sigmoid(part(1)) * state.c + sigmoid(part(0)) * tanh(part(2));
    return {sigmoid(part(3)) * tanh(c), c};
  }
  tg::nn::Parameters parameters() const {
    return {{"lstm", LSTMCell::parameters()},
            {"scale_x", norm_x.scale},
            {"scale_h", norm_h.scale},
            {"norm_c", norm_c}};
  }

  tg::nn::LayerNorm norm_x, norm_h, norm_c;
};

}
