#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/fast_rule.hpp"
#include "tinygrad_cpp/ops/fused_lstm.hpp"

// The fused kernel of lstm(), only speed. The plain form is the loop of recurrence.cpp with the step in
// fused_lstm.cpp. Gain, forward and backward over 100 steps (`make bench-gains`): 15 to 19 times as fast for
// one item and 16 hidden units, 1.8 for 32 items and 128 units, 2.9 with two threads. Steps are numbered in
// the order of computation. The arrays are [T,B,..], so that each step is one product and one pass over
// contiguous memory.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace lstm_kernel {

/// What the forward pass keeps for the backward pass.
struct Trace {
  int batch, steps, features, hidden;
  std::vector<int> lengths;
  bool reverse;
  Array inputs = {};  // [T,B,D+H] x, 0 where an item has ended, and h before each step
  Array gates = {};   // [T,B,4H] i f g o, after their activation
  Array c = {};       // [T,B,H], before each step
  Array tanh_c = {};  // [T,B,H], after each step

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
  /// The row of [B,T,..] that holds step k of an item.
  std::int64_t outer_row(int k, std::int64_t item) const { return item * steps + time(k); }
  /// The cost of one item, in simple operations.
  std::int64_t work_of_item() const {
    return std::int64_t{steps} * (takes_x() ? width() : hidden) * hidden / 4;
  }
};

/// Runs the recurrence over x [B,T,D]. Returns h and c as [2,B,T,H]. The caller fills the first six fields of
/// the trace, this function the others.
Array forward(const Array& x, const LSTMWeights& weights, const LSTMStart& start, Trace& trace);

/// Adds the gradients of the inputs x, weight_x, weight_h, bias, h and c, where g is the gradient of
/// forward's result.
void backward(InputGradients& to, const Array& g, const Trace& trace, Inputs in);

}}}  // namespace tg::lstm_kernel
