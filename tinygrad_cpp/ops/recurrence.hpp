#pragma once
#include <functional>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// What recurrent layers share: what they refuse, and the walk over the steps of a sequence.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// What goes from step to step, each part [B,H]: h, or h and c.
using RecurrentState = std::vector<Tensor>;

/// One step: computes the next state from the input's part of the gates, [B,G], and the state before. G is
/// the number of gates times H.
using RecurrentStep = std::function<RecurrentState(const Tensor& input, const RecurrentState& before)>;

struct Recurrence {
  std::vector<Tensor> sequences;  // each part after every step, [B,T,H]; 0 at padding steps
  RecurrentState state;           // each item's state after the last real step read (reverse: step 0)
};

/// Runs `step` over x [B,T,D]. The input's part of the gates is x weight_x + bias, [B,T,G]. Item b has
/// lengths[b] real steps (no lengths: all are). At a padding step an item keeps its state. Padding values,
/// even NaN, affect neither results nor gradients. The arguments are not checked: call check_recurrence()
/// first.
Recurrence recur(const Tensor& x, const Tensor& weight_x, const Tensor& bias, RecurrentState state,
                 const RecurrentStep& step, const std::vector<int>& lengths, bool reverse);

/// Error naming `op` unless a layer of these sizes can be made.
void check_recurrent_sizes(const char* op, int in, int hidden, int gates);

/// Whether the weights are [D,G], [H,G] and the biases [G], with G = gates H.
bool recurrent_weights_fit(const Tensor& weight_x, const Tensor& weight_h, Inputs biases, int gates);

/// Error naming `op` unless D = features, T is at least 1, each part of the state is [B,H], and lengths is
/// empty or B numbers from 1 to T. The caller must check that x is [B,T,D] or [B,D].
void check_recurrence(const char* op, const Tensor& x, int features, Inputs state, int hidden,
                      const std::vector<int>& lengths);

}}  // namespace tg
