#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The weights of a long short-term memory (Hochreiter and Schmidhuber 1997; forget gate: Gers and others
/// 2000). The four gates are side by side in the order i f g o.
struct LSTMWeights {
  const Tensor &weight_x, &weight_h, &bias;  // [D,4H], [H,4H], [4H]
};

/// The initial state.
struct LSTMStart {
  const Tensor &h, &c;  // [B,H], [B,H]
};

/// The recurrence over a whole sequence, x [B,T,D], or one step of it, x [B,D]:
///   i, f, o = sigmoid(x Wx + h Wh + b),  g = tanh(x Wx + h Wh + b),  c = f c + i g,  h = o tanh(c)
/// Each gate uses its own H columns of Wx, Wh and b.
/// Returns h and c after every step in one tensor, [2,B,T,H] or [2,B,H]. Item b has lengths[b] real steps
/// (without lengths, T); x is not read after them, and the result is 0 there. `reverse` runs from each item's
/// last real step to its first. Error when a size or a length does not fit.
/// This is the plain form, made of ordinary operations. lstm (fused_lstm.hpp) computes the same faster.
Tensor lstm_of_operations(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
                          const std::vector<int>& lengths = {}, bool reverse = false);

/// Error when a size or a length does not fit.
void check_lstm(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
                const std::vector<int>& lengths);

}}  // namespace tg
