#include "tinygrad_cpp/ops/lstm.hpp"

#include <algorithm>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/matmul.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg::inline TG_REAL_NAMESPACE {
namespace {

void check(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
           const std::vector<int>& lengths) {
  const int hidden = weights.weight_h.dim(0);
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

/// Both halves of the state after one step, from the input's share of the gates [B,4H].
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

/// 1 for each item that is still real at each step, [T] tensors of [B,1].
std::vector<Tensor> real_steps(const std::vector<int>& lengths, int steps) {
  const int batch = static_cast<int>(lengths.size());
  std::vector<Tensor> masks;
  for (int t = 0; t < steps; ++t) {
    std::vector<Real> real;
    for (int length : lengths) real.push_back(t < length ? Real(1) : Real(0));
    masks.emplace_back(Shape{batch, 1}, real);
  }
  return masks;
}

}  // namespace

Tensor lstm(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
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
    masks = real_steps(lengths, steps);
    // Chosen before any arithmetic, so that a NaN in the padding reaches neither value nor gradient.
    real_x = where(stack(masks, 1), x, 0);
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
      h[t] = next.h * masks[t], c[t] = next.c * masks[t];
      state = {where(masks[t], next.h, state.h), where(masks[t], next.c, state.c)};
    }
  }
  return stack({stack(h, 1), stack(c, 1)}, 0);
}

}  // namespace tg::inline TG_REAL_NAMESPACE
