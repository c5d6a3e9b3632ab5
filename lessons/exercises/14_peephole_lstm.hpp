#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// One step of an LSTM with peepholes (Gers and Schmidhuber 2000). An LSTM's gates see x and h only. Where the output gate is
// closed h is 0, and they cannot know what the cell remembers; so they cannot tell how long it has been counting. Peepholes
// let each unit's gates see its own cell state: i and f the old one, o the new one, and g none.
//
//   i = sigmoid(x Wi + h Ui + bi + pi c)        next c = f c + i g
//   f = sigmoid(x Wf + h Uf + bf + pf c)        next h = o tanh(next c)
//   g = tanh(x Wg + h Ug + bg)
//   o = sigmoid(x Wo + h Uo + bo + po next c)
//
// p c is a product entry by entry: one weight for each unit and gate. `peephole` holds them side by side in the order i f o.
// weight_x (W), weight_h (U) and bias (b) are tg::nn::LSTMCell's, with their parts in the order i f g o. Peepholes start at
// 0, so an untrained cell is an ordinary LSTM's. Useful: matmul, sigmoid, tanh, tg::slice(a, axis, start, stop).

namespace exercise {

using tg::Tensor;
using tg::nn::LSTMState;

struct PeepholeLSTMCell : tg::nn::LSTMCell {
  PeepholeLSTMCell(int in, int hidden)
      : LSTMCell(in, hidden), peephole(tg::zeros({3 * hidden}).requires_grad(true)) {}

  // x [B,D] and a state of h [B,H] and c [B,H] -> the next state, {h, c}
  LSTMState operator()(const Tensor& x, const LSTMState& state) const {
    not_done_yet("PeepholeLSTMCell::operator", R"(lessons/03_timestep_differencing.cpp, "The model")");
  }
  tg::nn::Parameters parameters() const { return {{"lstm", LSTMCell::parameters()}, {"peephole", peephole}}; }

  Tensor peephole;  // [3H]
};

}  // namespace exercise
