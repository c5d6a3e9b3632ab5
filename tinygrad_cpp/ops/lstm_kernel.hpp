#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/fast_rule.hpp"
#include "tinygrad_cpp/ops/fused_lstm.hpp"

// The fused kernel of lstm(). Steps are numbered in the order of reading, and a step's items stand side by
// side, [T,B,..], so that each step is one product and one pass over neighbouring memory.

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
  /// Whether each step's product takes its x along, as pays for many items: their gates stay in the cache. A
  /// few would leave the processor half idle, and have one product of the x of all steps. (The copy of the
  /// weights side by side must pay too.)
  bool takes_x() const { return batch >= 16 && steps >= 16; }
  /// The place in time of step k, and whether an item is real there.
  int time(int k) const { return reverse ? steps - 1 - k : k; }
  bool is_real(int k, std::int64_t item) const {
    return lengths.empty() || time(k) < lengths[static_cast<std::size_t>(item)];
  }
  /// The row of [B,T,..] that holds step k of an item.
  std::int64_t outer_row(int k, std::int64_t item) const { return item * steps + time(k); }
  /// What one item costs, in simple operations.
  std::int64_t work_of_item() const {
    return std::int64_t{steps} * (takes_x() ? width() : hidden) * hidden / 4;
  }
};

/// Runs the recurrence over x [B,T,D], and gives h and c as [2,B,T,H]. The trace's first six fields are
/// given, and it fills the others.
Array forward(const Array& x, const LSTMWeights& weights, const LSTMStart& start, Trace& trace);

/// Adds the gradients of x, weight_x, weight_h, bias and the start's h and c, which are `in`, from the
/// gradient `g` of forward's result.
void backward(InputGradients& to, const Array& g, const Trace& trace, Inputs in);

}}}  // namespace tg::lstm_kernel
