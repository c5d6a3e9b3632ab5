// What LSTM, GRU and RNN have in common, and published numbers of the GRU. torch_test.cpp has PyTorch's.
#include <doctest/doctest.h>

#include "support.hpp"

using namespace tg;

namespace {

/// A state as one tensor, [B,H] or, of an LSTM, [B,2H].
Tensor joined(const Tensor& h) { return h; }
Tensor joined(const nn::LSTMState& state) { return concat({state.h, state.c}, 1); }

template <class Layer>
std::vector<Tensor> weights_of(const Layer& layer) {
  std::vector<Tensor> weights;
  for (const auto& [name, weight] : layer.parameters()) weights.push_back(weight);
  return weights;
}

struct WithGradients {
  Tensor sequence, state;
  std::vector<Tensor> gradients;  // of x and the weights
};

/// Runs a layer and sends a fixed random gradient back from everything it gives.
template <class Layer>
WithGradients run(const Layer& layer, const Tensor& x, const std::vector<int>& lengths, bool reverse,
                  const Tensor& up) {
  const Tensor input = x.clone().detach().requires_grad(true);
  const auto out = layer(input, {.lengths = lengths, .reverse = reverse});
  const Tensor state = joined(out.state);
  const Tensor loss = sum(out.sequence * slice(up, 1, 0, x.dim(1))) + 2 * sum(pow(state, 2));
  std::vector<Tensor> leaves = weights_of(layer);
  leaves.insert(leaves.begin(), input);
  return {out.sequence, state, grad(loss, leaves)};
}

/// Whether a step from zeros gives each item the same number in all units, when all weights are 0.1.
bool first_step_is(const Tensor& expected, const Tensor& x, int hidden, double bias) {
  nn::GRU gru(x.dim(-1), hidden);
  gru.weight_x.assign(full(gru.weight_x.shape(), 0.1));
  gru.weight_h.assign(full(gru.weight_h.shape(), 0.1));
  gru.bias_x.assign(full(gru.bias_x.shape(), bias));
  const Tensor h = gru(reshape(x, {x.dim(0), 1, x.dim(1)})).state;
  return close(h, broadcast_to(reshape(expected, {x.dim(0), 1}), h.shape()));
}

}  // namespace

TEST_CASE_TEMPLATE(
    "recurrent layers: padding, even NaN, changes neither values nor gradients; an item alone equals the item "
    "in a batch",
    Layer, nn::LSTM, nn::GRU, nn::RNN) {
  manual_seed(2);
  const Layer layer(3, 4);
  const std::vector<int> lengths = {3, 5, 1};
  const Tensor x = randn({3, 5, 3}), up = randn({3, 5, 4});
  const Tensor real = reshape(tensor({{1, 1, 1, 0, 0}, {1, 1, 1, 1, 1}, {1, 0, 0, 0, 0}}), {3, 5, 1});
  const Tensor poisoned = where(real, x, NAN), bad_up = where(real, up, NAN);
  for (bool reverse : {false, true}) {
    const WithGradients clean = run(layer, x, lengths, reverse, up);
    const WithGradients batch = run(layer, poisoned, lengths, reverse, up);
    CHECK(same(batch.sequence, clean.sequence));
    CHECK(same(batch.state, clean.state));
    const std::size_t count = batch.gradients.size();
    for (std::size_t i = 0; i < count; ++i) CHECK(same(batch.gradients[i], clean.gradients[i]));
    CHECK(same(batch.gradients[0] * (1 - real), zeros({3, 5, 3})));  // nothing flows into the padding
    CHECK(same(batch.sequence * (1 - real), zeros({3, 5, 4})));
    // Nor from it.
    const auto out = layer(poisoned, {.lengths = lengths, .reverse = reverse});
    const auto some = grad(out.sequence, weights_of(layer), {.upstream = up}),
               others = grad(layer(x, {.lengths = lengths, .reverse = reverse}).sequence, weights_of(layer),
                             {.upstream = bad_up});
    for (std::size_t i = 0; i < some.size(); ++i) CHECK(same(some[i], others[i]));

    std::vector<Tensor> sums;
    for (const Tensor& weight : weights_of(layer)) sums.push_back(zeros(weight.shape()));
    for (int item = 0; item < 3; ++item) {
      const int length = lengths[static_cast<std::size_t>(item)];
      const auto own = [&](const Tensor& a) { return slice(slice(a, 0, item, item + 1), 1, 0, length); };
      const WithGradients alone = run(layer, own(x), {}, reverse, slice(up, 0, item, item + 1));
      CHECK(close(alone.sequence, own(batch.sequence)));
      CHECK(close(alone.state, slice(batch.state, 0, item, item + 1)));
      CHECK(close(alone.gradients[0], own(batch.gradients[0]), 10 * equality));
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = sums[i] + alone.gradients[i + 1];
    }
    for (std::size_t i = 0; i < sums.size(); ++i)
      CHECK(close(batch.gradients[i + 1], sums[i], 10 * equality));
  }
}

TEST_CASE_TEMPLATE("recurrent layers: the state goes in and comes out", Layer, nn::LSTM, nn::GRU, nn::RNN) {
  manual_seed(3);
  const Layer layer(2, 3);
  const Tensor x = randn({2, 6, 2});
  const auto whole = layer(x), first = layer(slice(x, 1, 0, 4));
  const auto second = layer(slice(x, 1, 4, 6), {.initial_state = first.state});
  CHECK(close(second.sequence, slice(whole.sequence, 1, 4, 6)));
  CHECK(close(joined(second.state), joined(whole.state)));
  CHECK(!close(layer(slice(x, 1, 4, 6)).sequence, second.sequence));
  const auto back = layer(x, {.reverse = true}), turned = layer(flip(x, 1));
  CHECK(close(back.sequence, flip(turned.sequence, 1)));
  CHECK(close(joined(back.state), joined(turned.state)));
  CHECK(layer(zeros({0, 4, 2})).sequence.shape() == Shape{0, 4, 3});
}

TEST_CASE_TEMPLATE("recurrent layers: gradients, first and second order", Layer, nn::GRU, nn::RNN) {
  if (!is_double) return;
  manual_seed(4);
  const Layer layer(2, 3);
  for (const Tensor& weight : weights_of(layer)) weight.assign(0.5 * randn(weight.shape()));
  const Tensor x = randn({2, 3, 2}).requires_grad(true), start = randn({2, 3}).requires_grad(true);
  for (bool reverse : {false, true}) {
    const GradcheckResult check = gradcheck(
        {{"layer", layer}, {"x", x}, {"start", start}},
        [&] {
          const auto out = layer(x, {.lengths = {2, 3}, .initial_state = start, .reverse = reverse});
          return concat({out.sequence, reshape(out.state, {2, 1, 3})}, 1);
        },
        {.second_order = true});
    CHECK_MESSAGE(check.ok, check.text);
  }
}

// One step from a state of 0, with no recurrent bias: whether the reset gate acts before or after the product
// makes no difference, and all gates have the same weights, so their order makes none.
TEST_CASE("GRU: the numbers of ONNX's tests gru_defaults and gru_with_initial_bias") {
  CHECK(first_step_is(tensor({0.12397026217591961, 0.20053661855501925, 0.19991654116571125}),
                      tensor({{1, 2}, {3, 4}, {5, 6}}), 5, 0));
  CHECK(first_step_is(tensor({0.20053661855501925, 0.15482337214048048, 0.07484276504070396}),
                      tensor({{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}), 3, 0.1));
}

TEST_CASE("GRU: Keras' published outputs (layers/rnn/gru_test.py)") {
  nn::GRU gru(4, 3);
  gru.weight_x.assign(full({4, 9}, 0.01)), gru.weight_h.assign(full({3, 9}, 0.02));
  gru.bias_x.assign(full({9}, 0.03)), gru.bias_h.assign(full({9}, 0.03));
  const Tensor h = gru(reshape(arange(72), {3, 6, 4})).state;
  const Tensor expected = tensor({{0.5217289}, {0.6371659}, {0.3938496}});
  CHECK(close(h, broadcast_to(expected, {3, 3}), 1e-6));
}
