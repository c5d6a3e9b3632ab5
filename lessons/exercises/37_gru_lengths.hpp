#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// A GRU over a batch of sequences of different lengths, with a first state that is trained: every item begins
// at `start`, [H], instead of at zeros. Item b has lengths[b] real steps, at least one; what comes after them
// is padding, and may be NaN. Its step is that of exercise 13, with the gates in the order r z n:
//
//   r, z = sigmoid(x W + bx + h U + bh)
//   n = tanh(x Wn + bxn + r (h Un + bhn))
//   next h = (1 - z) n + z h
//
//   sequence   [B,T,H]: h after each real step, 0 at padding
//   state      [B,H]: h after the last step that was read of each item
//
// With `reverse` each item is read from its last real step to its first, never from the padding, and
// sequence[b][t] is h after reading step t. Useful: tg::sequence_mask(lengths, T), where(condition, a, b),
// select(x, 1, t), tg::stack(rows, 1), broadcast_to, tg::slice.

namespace exercise {

using tg::Tensor;

struct Read {
  Tensor sequence, state;
};

struct GRU {
  GRU(int in, int hidden)
      : weight_x(tg::nn::glorot_uniform(in, 3 * hidden)),
        weight_h(tg::nn::orthogonal(hidden, 3 * hidden)),
        bias_x(tg::zeros({3 * hidden}).requires_grad(true)),
        bias_h(tg::zeros({3 * hidden}).requires_grad(true)),
        start(tg::zeros({hidden}).requires_grad(true)) {}

  Read operator()(const Tensor& x, const std::vector<int>& lengths, bool reverse = false) const {
    not_done_yet("GRU::operator",
                 R"(lessons/05_padding_masks.cpp, "A mask on the loss is no mask on the state")");
  }
  tg::nn::Parameters parameters() const {
    not_done_yet("GRU::parameters",
                 R"(lessons/05_padding_masks.cpp, "A mask on the loss is no mask on the state")");
  }

  Tensor weight_x, weight_h;  // W [D,3H], U [H,3H]
  Tensor bias_x, bias_h;      // [3H], [3H]
  Tensor start;               // [H]
};

}  // namespace exercise
