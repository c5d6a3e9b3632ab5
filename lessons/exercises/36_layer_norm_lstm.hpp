#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// One step of an LSTM with layer normalisation (Ba and others 2016). In a long series the sums that enter the
// gates drift in size, and gates that are driven far to one side no longer learn. Normalised, each sum has a
// size that is trained:
//
//   sums = N_x(x W) + N_h(h U) + b        each N over all 4H numbers of an item
//   i, f, g, o                            as in an LSTM, from the parts of the sums in this order
//   next c = f c + i g                    the cell itself is not normalised: it must be able to keep
//   next h = o tanh(N_c(next c))          but what h shows of it is, over an item's H numbers
//
// N_x, N_h and N_c are tg::nn::LayerNorm: `scale` begins at 1, `shift` at 0. b makes the shifts of N_x and
// N_h superfluous: they are not trained, and parameters() leaves them out. N_c has both. Weights and bias are
// tg::nn::LSTMCell's. Useful: matmul, sigmoid, tanh, tg::slice(a, axis, start, stop).

namespace exercise {

using tg::Tensor;
using tg::nn::LSTMState;

struct LayerNormLSTMCell : tg::nn::LSTMCell {
  LayerNormLSTMCell(int in, int hidden)
      : LSTMCell(in, hidden), norm_x(4 * hidden), norm_h(4 * hidden), norm_c(hidden) {}

  // x [B,D] and a state of h [B,H] and c [B,H] -> the next state, {h, c}
  LSTMState operator()(const Tensor& x, const LSTMState& state) const {
    not_done_yet("LayerNormLSTMCell::operator", R"(lessons/03_timestep_differencing.cpp, "The model")");
  }
  tg::nn::Parameters parameters() const {
    not_done_yet("LayerNormLSTMCell::parameters", R"(lessons/03_timestep_differencing.cpp, "The model")");
  }

  tg::nn::LayerNorm norm_x, norm_h, norm_c;
};

}  // namespace exercise
