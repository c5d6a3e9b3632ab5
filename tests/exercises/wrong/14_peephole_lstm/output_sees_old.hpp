// says: o sees the old cell state
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::LSTMState;

struct PeepholeLSTMCell : tg::nn::LSTMCell {
  PeepholeLSTMCell(int in, int hidden)
      : LSTMCell(in, hidden), peephole(tg::zeros({3 * hidden}).requires_grad(true)) {}

  LSTMState operator()(const Tensor& x, const LSTMState& state) const {
    const int hidden = state.c.dim(1);
    const Tensor gates = matmul(x, weight_x) + matmul(state.h, weight_h) + bias;                    // [B,4H]
    const auto part = [&](int k) { return tg::slice(gates, 1, k * hidden, (k + 1) * hidden); };     // [B,H]
    const auto seen = [&](int k) { return tg::slice(peephole, 0, k * hidden, (k + 1) * hidden); };  // [H]
    const Tensor i = sigmoid(part(0) + seen(0) * state.c), f = sigmoid(part(1) + seen(1) * state.c);
    const Tensor c = f * state.c + i * tanh(part(2));
    const Tensor o = sigmoid(part(3) + seen(2) * state.c);
    return {o * tanh(c), c};
  }
  tg::nn::Parameters parameters() const { return {{"lstm", LSTMCell::parameters()}, {"peephole", peephole}}; }

  Tensor peephole;  // [3H]
};

}  // namespace exercise
