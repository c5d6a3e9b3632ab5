#pragma once
#include <span>
#include <vector>

#include "tinygrad_cpp/autograd/fast_rule.hpp"
#include "tinygrad_cpp/ops/fused_lstm.hpp"

// The fused kernel of lstm(), only speed. The plain form is the loop of recurrence.cpp with the step in
// lstm_of_operations.cpp. Gain, forward and backward over 100 steps (`make bench-gains`): 15 to 19 times as
// fast for one item and 16 hidden units, 1.8 for 32 items and 128 units, 2.9 with two threads. Steps are
// numbered in the order of computation. The arrays are [T,B,..], so that each step is one product and one pass
// over contiguous memory. Without gradients only the present step is kept (1.15 times as fast for 16 or 64
// items, 200 steps and 96 units), and two directions run at once (1.8 times as fast for one item on two
// threads).

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace lstm_kernel {

/// What the forward pass keeps for the backward pass.
struct Trace {
  int batch, steps, features, hidden;
  std::vector<int> lengths;
  bool reverse;
  bool kept;          // whether there will be a backward pass; else the arrays hold one step, the present one
  Array inputs = {};  // [T,B,D+H] x, 0 where an item has ended, and h before each step
  Array gates = {};   // [T,B,4H] i f g o, after their activation
  Array c = {};       // [T,B,H], before each step
  Array tanh_c = {};  // [T,B,H], after each step; undefined if not kept

  int width() const { return features + hidden; }
  /// Whether each step multiplies [x, h] at once, which is faster for large batches because the gates stay in
  /// the cache. For small batches one product of the x of all steps is faster. (With few steps, the copy of
  /// the weights into one matrix costs more than it saves.)
  bool takes_x() const { return batch >= 16 && steps >= 16; }
  /// The time of step k, and whether an item is real there.
  int time(int k) const { return reverse ? steps - 1 - k : k; }
  bool is_real(int k, std::int64_t item) const {
    return lengths.empty() || time(k) < lengths[static_cast<std::size_t>(item)];
  }
  /// The row of the arrays that holds step k of an item, and that of [B,T,..].
  std::int64_t row(int k, std::int64_t item) const { return (kept ? std::int64_t{k} * batch : 0) + item; }
  std::int64_t outer_row(int k, std::int64_t item) const { return item * steps + time(k); }
  /// The cost of one item, in simple operations.
  std::int64_t work_of_item() const {
    return std::int64_t{steps} * (takes_x() ? width() : hidden) * hidden / 4;
  }
};

/// A recurrence over x [B,T,D], or [B,D] for one step.
struct Pass {
  Pass(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start, const std::vector<int>& lengths,
       bool reverse);

  const LSTMWeights& weights;
  const LSTMStart& start;
  Trace trace;
  Array step_weights = {};  // the right factor of a step's product: [Wx; Wh], or only Wh
  Array from_x = {};        // x Wx + b, [B,T,4H], unless each step computes it or the trace's gates hold it
  Array out = {};           // h and c as [2,B,T,H]
};

/// Runs one pass over x, or several at once: threads share their items. Fills their `out` and `trace`.
void forward(const Array& x, std::span<Pass> passes);

/// Adds the gradients of the inputs x, weight_x, weight_h, bias, h and c, where g is the gradient of
/// forward's result.
void backward(InputGradients& to, const Array& g, const Trace& trace, Inputs in);

}}}  // namespace tg::lstm_kernel
