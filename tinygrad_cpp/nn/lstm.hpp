#pragma once
#include <vector>

#include "tinygrad_cpp/nn/parameters.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

/// What a recurrent layer carries from step to step. It goes in and comes out, and is never kept inside a layer.
struct LSTMState {
  Tensor h, c;  // [B,H], [B,H]
};

struct LSTMOptions {
  /// The real steps of each item, in any order; empty: all. What stands after them is not looked at.
  std::vector<int> lengths = {};
  /// Zeros when left out.
  LSTMState initial_state = {};
  /// From each item's last real step to its first.
  bool reverse = false;
};

struct LSTMOutput {
  Tensor sequence;  // h at every step, [B,T,H]; 0 after each item's length
  LSTMState state;  // after each item's last real step in the direction of reading
};

/// One step of an LSTM: x [B,D] and a state to the next state, whose h is the step's output.
/// Starts as Keras' does: weight_x Glorot uniform, weight_h orthogonal, bias 0 but 1 for the forget gate.
struct LSTMCell {
  LSTMCell(int in, int hidden);
  LSTMState operator()(const Tensor& x, const LSTMState& state) const;
  LSTMState zero_state(int batch) const;
  Parameters parameters() const;

  Tensor weight_x;  // [D,4H], the gates in the order i f g o
  Tensor weight_h;  // [H,4H]
  Tensor bias;      // [4H]
};

/// An LSTM over a sequence x [B,T,D], with a cell's weights. See ops/fused_lstm.hpp for the formulas.
struct LSTM : LSTMCell {
  using LSTMCell::LSTMCell;
  LSTMOutput operator()(const Tensor& x, const LSTMOptions& options = {}) const;
};

/// Two LSTMs over the same sequence, one in each direction, side by side: outputs and state are [.., 2H], the forward
/// half first. Each direction starts at the item's own first or last real step, never in the padding.
struct BiLSTM {
  BiLSTM(int in, int hidden);
  /// Error when options ask for `reverse`; an initial state is [B,2H], as it comes out.
  LSTMOutput operator()(const Tensor& x, const LSTMOptions& options = {}) const;
  Parameters parameters() const { return {{"forward", forward}, {"backward", backward}}; }

  LSTM forward, backward;
};

}}}  // namespace tg::nn
