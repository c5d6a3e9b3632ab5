#include "tinygrad_cpp/ops/fused_lstm.hpp"

#include "tinygrad_cpp/autograd/backward.hpp"
#include "tinygrad_cpp/autograd/fast_rule.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/lstm_kernel.hpp"
#include "tinygrad_cpp/ops/matmul.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

void check(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
           const std::vector<int>& lengths) {
  const Tensor &weight_x = weights.weight_x, &weight_h = weights.weight_h, &bias = weights.bias;
  const int hidden = weight_h.rank() == 2 ? weight_h.dim(0) : 0, gates = 4 * hidden;
  if (hidden == 0 || weight_h.dim(1) != gates || weight_x.rank() != 2 || weight_x.dim(1) != gates ||
      bias.shape() != Shape{gates})
    fail("lstm", "weights are {}, {} and bias {}; [D,4H], [H,4H] and [4H] are needed", weight_x.shape(),
         weight_h.shape(), bias.shape());
  if (x.rank() != 2 && x.rank() != 3)
    fail("lstm", "the input has shape {}; [B,T,D] is needed, or [B,D] for one step", x.shape());
  const int batch = x.dim(0), features = weights.weight_x.dim(0);
  if (x.dim(-1) != features)
    fail("lstm", "the input has shape {}, its last axis {} features; this layer takes {}", x.shape(),
         x.dim(-1), features);
  for (const Tensor* state : {&start.h, &start.c})
    if (state->shape() != Shape{batch, hidden})
      fail("lstm", "the initial state has shape {}; [{}, {}] is needed, a row per item", state->shape(),
           batch, hidden);
  if (x.rank() == 3 && x.dim(1) == 0)
    fail("lstm", "the input has shape {}: no steps; at least one is needed", x.shape());
  if (lengths.empty()) return;
  if (x.rank() == 2)
    fail("lstm", "lengths were given for a single step [B,D]; they belong to a sequence [B,T,D]");
  if (static_cast<int>(lengths.size()) != batch)
    fail("lstm", "{} lengths for a batch of {}; one per item is needed", lengths.size(), batch);
  for (std::size_t item = 0; item < lengths.size(); ++item)
    if (lengths[item] < 1 || lengths[item] > x.dim(1))
      fail("lstm", "item {} has length {}; lengths go from 1 to the {} steps of the input", item,
           lengths[item], x.dim(1));
}

/// The state after one step, from the input's part of the gates [B,4H].
struct Step {
  Tensor h, c;
};

Step step(const Tensor& input_gates, const Step& before, const LSTMWeights& weights) {
  const Tensor gates = input_gates + matmul(before.h, weights.weight_h);  // [B,4H]
  const int hidden = gates.dim(1) / 4;
  const auto gate = [&](int k) { return slice(gates, 1, k * hidden, (k + 1) * hidden); };  // [B,H]
  const Tensor c = sigmoid(gate(1)) * before.c + sigmoid(gate(0)) * tanh(gate(2));
  return {sigmoid(gate(3)) * tanh(c), c};
}

/// 1 where an item is real, [B,T,1].
Tensor real_steps(const std::vector<int>& lengths, int steps) {
  std::vector<Real> real;
  for (int length : lengths)
    for (int t = 0; t < steps; ++t) real.push_back(t < length ? Real(1) : Real(0));
  return Tensor({static_cast<int>(lengths.size()), steps, 1}, real);
}

/// The gradients of the reference implementation, computed on clones of the inputs: an input that was made
/// from another one would count that path twice.
std::vector<Tensor> reference_gradients(const Tensor& g, const std::vector<int>& lengths, bool reverse,
                                        Inputs in) {
  const Recording on(true);
  std::vector<Tensor> own, wanted;
  for (const Tensor& input : in) {
    own.push_back(input.clone());
    if (input.requires_grad()) wanted.push_back(own.back());
  }
  const Tensor y = lstm_of_operations(own[0], {own[1], own[2], own[3]}, {own[4], own[5]}, lengths, reverse);
  std::vector<Tensor> found = grad(y, wanted, {.create_graph = true, .zero_if_unused = true, .upstream = g});
  std::vector<Tensor> gradients;
  auto next = found.begin();
  for (const Tensor& input : in) gradients.push_back(input.requires_grad() ? *next++ : Tensor());
  return gradients;
}

}  // namespace

Tensor lstm_of_operations(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
                          const std::vector<int>& lengths, bool reverse) {
  check(x, weights, start, lengths);
  Step state{start.h, start.c};
  if (x.rank() == 2) {
    state = step(matmul(x, weights.weight_x) + weights.bias, state, weights);
    return stack({state.h, state.c}, 0);
  }
  const int steps = x.dim(1);
  std::vector<Tensor> masks;
  Tensor real_x = x;
  if (!lengths.empty()) {
    const Tensor real = real_steps(lengths, steps);
    masks = unstack(real, 1);  // T of [B,1]
    // Selected before any arithmetic, so that a NaN in the padding changes neither value nor gradient.
    real_x = where(real, x, 0);
  }
  const std::vector<Tensor> inputs =
      unstack(matmul(real_x, weights.weight_x) + weights.bias, 1);  // T of [B,4H]
  std::vector<Tensor> h(inputs.size()), c(inputs.size());
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const std::size_t t = reverse ? inputs.size() - 1 - k : k;
    const Step next = step(inputs[t], state, weights);
    if (masks.empty()) {
      h[t] = next.h, c[t] = next.c;
      state = next;
    } else {
      h[t] = where(masks[t], next.h, 0), c[t] = where(masks[t], next.c, 0);
      state = {where(masks[t], next.h, state.h), where(masks[t], next.c, state.c)};
    }
  }
  return stack({stack(h, 1), stack(c, 1)}, 0);
}

Tensor lstm(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
            const std::vector<int>& lengths, bool reverse) {
  check(x, weights, start, lengths);
  const bool one_step = x.rank() == 2;
  lstm_kernel::Trace trace{.batch = x.dim(0),
                           .steps = one_step ? 1 : x.dim(1),
                           .features = x.dim(-1),
                           .hidden = weights.weight_h.dim(0),
                           .lengths = lengths,
                           .reverse = reverse};
  Array value = lstm_kernel::forward(x.array(), weights, start, trace);
  if (one_step) value = value.reshaped({2, x.dim(0), weights.weight_h.dim(0)});
  return record(
      "lstm", std::move(value), {x, weights.weight_x, weights.weight_h, weights.bias, start.h, start.c},
      [lengths, reverse](auto& g, auto&, auto in) { return reference_gradients(g, lengths, reverse, in); },
      // only speed
      [trace = std::move(trace)](InputGradients& to, auto& g, auto&, auto in) {
        lstm_kernel::backward(to, g.array(), trace, in);
      });
}

}}  // namespace tg
