#include "tinygrad_cpp/ops/recurrence.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/matmul.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// The mask [B,T,1]: 1 for the steps within an item's length, 0 for padding.
Tensor real_steps(const std::vector<int>& lengths, int steps) {
  std::vector<Real> real;
  for (int length : lengths)
    for (int t = 0; t < steps; ++t) real.push_back(t < length ? Real(1) : Real(0));
  return Tensor({static_cast<int>(lengths.size()), steps, 1}, real);
}

}  // namespace

Recurrence recur(const Tensor& x, const Tensor& weight_x, const Tensor& bias, RecurrentState state,
                 const RecurrentStep& step, const std::vector<int>& lengths, bool reverse) {
  std::vector<Tensor> masks;
  Tensor real_x = x;
  if (!lengths.empty()) {
    const Tensor real = real_steps(lengths, x.dim(1));
    masks = unstack(real, 1);  // T of [B,1]
    // Chosen before any arithmetic, so that a NaN in the padding reaches neither value nor gradient.
    real_x = where(real, x, 0);
  }
  const std::vector<Tensor> inputs = unstack(matmul(real_x, weight_x) + bias, 1);  // T of [B,G]
  std::vector<std::vector<Tensor>> after(state.size(), std::vector<Tensor>(inputs.size()));
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const std::size_t t = reverse ? inputs.size() - 1 - k : k;
    const RecurrentState next = step(inputs[t], state);
    for (std::size_t part = 0; part < state.size(); ++part) {
      after[part][t] = masks.empty() ? next[part] : where(masks[t], next[part], 0);
      state[part] = masks.empty() ? next[part] : where(masks[t], next[part], state[part]);
    }
  }
  Recurrence all{.sequences = {}, .state = std::move(state)};
  for (const std::vector<Tensor>& steps : after) all.sequences.push_back(stack(steps, 1));
  return all;
}

void check_recurrent_sizes(const char* op, int in, int hidden, int gates) {
  const int max_hidden = std::numeric_limits<int>::max() / gates;
  if (in < 1 || hidden < 1 || hidden > max_hidden)
    fail(op, "{} features and {} hidden units; at least 1 of each and at most {} units are needed", in,
         hidden, max_hidden);
}

bool recurrent_weights_fit(const Tensor& weight_x, const Tensor& weight_h, Inputs biases, int gates) {
  const int hidden = weight_h.rank() == 2 ? weight_h.dim(0) : 0, width = gates * hidden;
  return hidden > 0 && weight_h.dim(1) == width && weight_x.rank() == 2 && weight_x.dim(1) == width &&
         std::all_of(biases.begin(), biases.end(),
                     [&](const Tensor& bias) { return bias.shape() == Shape{width}; });
}

void check_recurrence(const char* op, const Tensor& x, int features, Inputs state, int hidden,
                      const std::vector<int>& lengths) {
  const int batch = x.dim(0);
  if (x.dim(-1) != features)
    fail(op, "the input has shape {}, its last axis {} features; this layer takes {}", x.shape(), x.dim(-1),
         features);
  for (const Tensor& part : state)
    if (part.shape() != Shape{batch, hidden})
      fail(op, "the initial state has shape {}; [{}, {}] is needed, a row per item", part.shape(), batch,
           hidden);
  if (x.rank() == 3 && x.dim(1) == 0)
    fail(op, "the input has shape {}: no steps; at least one is needed", x.shape());
  if (lengths.empty()) return;
  if (x.rank() == 2)
    fail(op, "lengths were given for a single step [B,D]; they belong to a sequence [B,T,D]");
  if (static_cast<int>(lengths.size()) != batch)
    fail(op, "{} lengths for a batch of {}; one per item is needed", lengths.size(), batch);
  for (std::size_t item = 0; item < lengths.size(); ++item)
    if (lengths[item] < 1 || lengths[item] > x.dim(1))
      fail(op, "item {} has length {}; lengths go from 1 to the {} steps of the input", item, lengths[item],
           x.dim(1));
}

}}  // namespace tg
