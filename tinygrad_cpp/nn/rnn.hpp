#pragma once
#include <vector>

#include "tinygrad_cpp/nn/parameters.hpp"

// Recurrent layers whose only state is h. They are made of ordinary operations. nn/lstm.hpp has the LSTM.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

struct RNNOptions {
  /// lengths[b] is the number of real steps of item b, from 1 to T; they need not be sorted. Empty: all steps
  /// are real. Steps after them are ignored.
  std::vector<int> lengths = {};
  /// [B,H]; zeros if left out.
  Tensor initial_state = {};
  /// Reads each item from its last real step to its first.
  bool reverse = false;
};

struct RNNOutput {
  Tensor sequence;  // h at every step, [B,T,H]; 0 after each item's length
  Tensor state;     // [B,H], after the last step that was read of each item
};

/// The plain recurrent layer (Elman 1990), over a sequence x [B,T,D]:
///   h = tanh(x Wx + h Wh + b)
/// Starts as Keras' SimpleRNN does: weight_x Glorot uniform, weight_h orthogonal, bias 0.
struct RNN {
  RNN(int in, int hidden);
  /// Error when a size or a length does not fit.
  RNNOutput operator()(const Tensor& x, const RNNOptions& options = {}) const;
  Parameters parameters() const;

  Tensor weight_x;  // [D,H]
  Tensor weight_h;  // [H,H]
  Tensor bias;      // [H]
};

/// A gated recurrent unit (Cho and others 2014) over a sequence x [B,T,D], in the form of PyTorch and of
/// Keras' reset_after, where the reset gate acts after the product:
///   r, z = sigmoid(x Wx + bx + h Wh + bh),  n = tanh(x Wx + bx + r (h Wh + bh)),  h = (1 - z) n + z h
/// where each gate uses its own H columns. Starts as Keras' GRU does: weight_x Glorot uniform, weight_h
/// orthogonal, biases 0. (ONNX orders the gates z r h; this form is its linear_before_reset = 1.)
struct GRU {
  GRU(int in, int hidden);
  /// Error when a size or a length does not fit.
  RNNOutput operator()(const Tensor& x, const RNNOptions& options = {}) const;
  Parameters parameters() const;

  Tensor weight_x;        // [D,3H], the gates in the order r z n
  Tensor weight_h;        // [H,3H]
  Tensor bias_x, bias_h;  // [3H], [3H]
};

}}}  // namespace tg::nn
