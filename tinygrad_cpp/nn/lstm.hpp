#pragma once
#include <vector>

#include "tinygrad_cpp/nn/parameters.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

/// The state of an LSTM between two steps. It is an argument and a result, and a layer never stores it.
struct LSTMState {
  Tensor h, c;  // [B,H], [B,H]
};

struct LSTMOptions {
  /// lengths[b] is the number of real steps of item b, from 1 to T; they need not be sorted. Empty: all steps
  /// are real. Steps after them are ignored.
  std::vector<int> lengths = {};
  /// Zeros if left out.
  LSTMState initial_state = {};
  /// Reads each item from its last real step to its first.
  bool reverse = false;
};

struct LSTMOutput {
  Tensor sequence;  // h at every step, [B,T,H]; 0 after each item's length
  LSTMState state;  // after the last step that was read of each item
};

/// One step of an LSTM. It takes x [B,D] and a state, and returns the next state, whose h is the step's
/// output. Starts as in Keras: weight_x Glorot uniform, weight_h orthogonal, bias 1 for the forget gate and 0
/// for the others.
struct LSTMCell {
  LSTMCell(int in, int hidden);
  LSTMState operator()(const Tensor& x, const LSTMState& state) const;
  LSTMState zero_state(int batch) const;
  Parameters parameters() const;

  Tensor weight_x;  // [D,4H], the gates in the order i f g o
  Tensor weight_h;  // [H,4H]
  Tensor bias;      // [4H]
};

/// An LSTM over a sequence x [B,T,D]. Its weights are those of a cell. ops/lstm_of_operations.hpp has the
/// formulas.
struct LSTM : LSTMCell {
  using LSTMCell::LSTMCell;
  LSTMOutput operator()(const Tensor& x, const LSTMOptions& options = {}) const;
};

/// Two LSTMs over the same sequence, one in each direction. Outputs and states are concatenated: [.., 2H],
/// the forward half first. Each direction starts at an item's first or last real step, never in the padding.
struct BiLSTM {
  BiLSTM(int in, int hidden);
  /// An initial state is [B,2H], as in the output. Error if the options ask for `reverse`.
  LSTMOutput operator()(const Tensor& x, const LSTMOptions& options = {}) const;
  Parameters parameters() const { return {{"forward", forward}, {"backward", backward}}; }

  LSTM forward, backward;
};

}}}  // namespace tg::nn
