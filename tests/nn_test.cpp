#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "support.hpp"
#include "tinygrad_cpp/autograd/node.hpp"

using namespace tg;

namespace {

/// Whether every unit's last output is Keras' of lstm_test.py: weights .01, .02 and .03, input 0, 1, 2, ... as [B,T,D].
bool last_outputs_are(const Tensor& expected, Shape shape, double forget_bias, double bias) {
  nn::LSTM lstm(shape[2], 3);
  lstm.weight_x.assign(full({shape[2], 12}, 0.01));
  lstm.weight_h.assign(full({3, 12}, 0.02));
  lstm.bias.assign(concat({full({3}, bias), full({3}, forget_bias), full({6}, bias)}, 0));
  const Tensor h = lstm(reshape(arange(static_cast<double>(shape.size())), shape)).state.h;
  for (int item = 0; item < shape[0]; ++item) CHECK(h.at({item, 0}) == h.at({item, 2}));  // bit for bit
  return close(h, broadcast_to(reshape(expected, {shape[0], 1}), h.shape()), 1e-6);
}

using Nodes = std::set<const Node*>;

/// The leaves behind a result that require a gradient.
Nodes trainable_leaves(const Tensor& result) {
  Nodes seen, leaves;
  std::vector<const Node*> open = {result.node()};
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    if (node->history == nullptr && node->requires_grad) leaves.insert(node);
    for (const Tensor& input : node->inputs()) open.push_back(input.node());
  }
  return leaves;
}

Nodes nodes_of(const nn::Parameters& parameters) {
  Nodes nodes;
  for (const auto& [name, tensor] : parameters) nodes.insert(tensor.node());
  return nodes;
}

}  // namespace

TEST_CASE("LSTM: Keras' published outputs (layers/rnn/lstm_test.py)") {
  CHECK(last_outputs_are(tensor({0.6288687, 0.86899155, 0.9460773}), {3, 6, 4}, 1, 0.03));
  CHECK(last_outputs_are(tensor({0.57019705, 0.8661914, 0.9459622}), {3, 6, 4}, 0.03, 0.03));
  CHECK(last_outputs_are(tensor({0.54986924, 0.86226785, 0.9443936}), {3, 6, 4}, 0, 0));
}

TEST_CASE("LSTMCell: one step of an LSTM") {
  manual_seed(3);
  const nn::LSTM lstm(2, 3);
  const nn::LSTMCell& cell = lstm;
  const Tensor x = randn({2, 6, 2});
  const nn::LSTMOutput whole = lstm(x);
  nn::LSTMState state = lstm.zero_state(2);
  for (const Tensor& step : unstack(x, 1)) state = cell(step, state);
  CHECK(close(state.h, whole.state.h));
  CHECK(close(state.c, whole.state.c));
}

TEST_CASE("lstm: the fused kernel and its reference implementation agree in value and gradient") {
  manual_seed(4);
  const Shape shapes[] = {{1, 1, 2, 3},  {1, 6, 3, 4},   {4, 1, 3, 20},
                          {5, 7, 3, 33}, {18, 17, 3, 5}, {70, 17, 3, 20}};  // B, T, D, H
  for (const Shape& s : shapes)
    for (bool reverse : {false, true})
      for (bool ragged : {false, true}) {
        const int batch = s[0], steps = s[1], features = s[2], hidden = s[3];
        std::vector<int> lengths;
        if (ragged)
          for (int item = 0; item < batch; ++item) lengths.push_back(1 + random_stream().below(steps));
        std::vector<Tensor> in;
        for (const Shape& shape : {Shape{batch, steps, features},
                                   {features, 4 * hidden},
                                   {hidden, 4 * hidden},
                                   {4 * hidden},
                                   {batch, hidden},
                                   {batch, hidden}})
          in.push_back(randn(shape).requires_grad(true));
        // So that many steps and units do not make rounding errors grow.
        for (std::size_t weight : {1, 2}) in[weight].assign(in[weight].detach() / std::sqrt(hidden));
        const Tensor fused = lstm(in[0], {in[1], in[2], in[3]}, {in[4], in[5]}, lengths, reverse);
        const Tensor reference =
            lstm_of_operations(in[0], {in[1], in[2], in[3]}, {in[4], in[5]}, lengths, reverse);
        CHECK(close(fused, reference, 10 * equality));
        const Tensor up = randn(fused.shape());
        const auto g = grad(fused, in, {.upstream = up}), expected = grad(reference, in, {.upstream = up});
        for (std::size_t i = 0; i < in.size(); ++i) CHECK(close(g[i], expected[i], 100 * equality));
        for (std::size_t without : {0, 1, 2}) {  // what needs no gradient changes nothing for the others
          std::vector<Tensor> some = in;
          some[without] = in[without].detach();
          const Tensor y = lstm(some[0], {some[1], some[2], some[3]}, {some[4], some[5]}, lengths, reverse);
          for (std::size_t i = 0; i < in.size(); ++i)
            if (i != without) CHECK(close(grad(y, {some[i]}, {.upstream = up})[0], g[i], 10 * equality));
        }
        if (!ragged) continue;
        // A NaN in the upstream gradient of padded steps goes nowhere, in either.
        const Tensor bad = where(reshape(sequence_mask(lengths, steps), {1, batch, steps, 1}), up, NAN);
        for (const Tensor& y : {fused, reference})
          CHECK(close(grad(y, in, {.upstream = bad})[0], expected[0], 100 * equality));
        // Nor does one in the padding of x, in value or gradient.
        in[0].assign(where(reshape(sequence_mask(lengths, steps), {batch, steps, 1}), in[0], NAN).detach());
        const Tensor poisoned = lstm(in[0], {in[1], in[2], in[3]}, {in[4], in[5]}, lengths, reverse);
        CHECK(close(poisoned, reference, 10 * equality));
        const auto after = grad(poisoned, in, {.upstream = up});
        for (std::size_t i = 0; i < in.size(); ++i) CHECK(close(after[i], expected[i], 100 * equality));
      }
}

TEST_CASE("lstm: second order when inputs depend on each other, through chained cells that share weights") {
  manual_seed(5);
  const Tensor weight_x = randn({2, 8}).requires_grad(true), weight_h = randn({2, 8}).requires_grad(true);
  const Tensor bias = randn({8}).requires_grad(true), x = randn({3, 2}), zero = zeros({3, 2});
  const auto second = [&](auto cell) {
    Tensor h = zero, c = zero;
    for (int step = 0; step < 3; ++step) {
      const Tensor both = cell(step == 0 ? x : h, LSTMWeights{weight_x, weight_h, bias}, LSTMStart{h, c});
      h = reshape(slice(both, 0, 0, 1), {3, 2}), c = reshape(slice(both, 0, 1, 2), {3, 2});
    }
    const std::vector<Tensor> first = grad(sum(h * h), {weight_x, weight_h, bias}, {.create_graph = true});
    return grad(sum(pow(first[0], 2)) + sum(pow(first[1], 2)) + sum(pow(first[2], 2)),
                {weight_x, weight_h, bias});
  };
  const auto fused = second([](const Tensor& in, LSTMWeights w, LSTMStart s) { return lstm(in, w, s); });
  const auto reference =
      second([](const Tensor& in, LSTMWeights w, LSTMStart s) { return lstm_of_operations(in, w, s); });
  for (std::size_t i = 0; i < 3; ++i) CHECK(close(fused[i], reference[i], 100 * equality));
}

TEST_CASE("every trainable leaf that a layer's output reaches is in parameters(), and no other") {
  manual_seed(5);
  const nn::Dense dense(3, 2), plain(3, 2, {.bias = false});
  const nn::LSTM lstm(3, 2);
  const nn::LSTMCell& cell = lstm;
  CHECK(trainable_leaves(dense(randn({4, 3}))) == nodes_of(dense.parameters()));
  CHECK(trainable_leaves(plain(randn({4, 3}))) == nodes_of(plain.parameters()));
  CHECK(trainable_leaves(lstm(randn({2, 4, 3}), {.lengths = {4, 2}}).sequence) ==
        nodes_of(lstm.parameters()));
  CHECK(trainable_leaves(cell(randn({2, 3}), cell.zero_state(2)).h) == nodes_of(cell.parameters()));
  const nn::GRU gru(3, 2);
  const nn::RNN rnn(3, 2);
  const nn::LayerNorm normalise(3);
  CHECK(trainable_leaves(gru(randn({2, 4, 3}), {.lengths = {4, 2}}).sequence) == nodes_of(gru.parameters()));
  CHECK(trainable_leaves(rnn(randn({2, 4, 3}), {.lengths = {4, 2}}).state) == nodes_of(rnn.parameters()));
  CHECK(trainable_leaves(normalise(randn({4, 3}))) == nodes_of(normalise.parameters()));
}

TEST_CASE("Dense acts on the last axis at every step") {
  manual_seed(6);
  const nn::Dense dense(3, 4);
  const Tensor x = randn({2, 7, 3}), y = dense(x);
  CHECK(y.shape() == Shape{2, 7, 4});
  CHECK(close(slice(y, 1, 5, 6), reshape(dense(reshape(slice(x, 1, 5, 6), {2, 3})), {2, 1, 4})));
  CHECK(dense(randn({3})).shape() == Shape{4});
}

TEST_CASE("initialisers are what they are named for") {
  manual_seed(7);
  const Tensor glorot = nn::glorot_uniform(30, 20);
  const double limit = std::sqrt(6.0 / 50);
  CHECK(static_cast<double>(max(glorot).item()) <= limit);
  CHECK(static_cast<double>(max(glorot).item()) > 0.95 * limit);
  CHECK(std::abs(static_cast<double>(mean(glorot * glorot).item()) - limit * limit / 3) <
        0.1 * limit * limit / 3);
  for (const auto& [rows, columns] : {std::pair{5, 20}, {20, 5}, {6, 6}}) {
    const Tensor q = nn::orthogonal(rows, columns);
    const Tensor product = rows <= columns ? matmul(q, transpose(q)) : matmul(transpose(q), q);
    const int n = std::min(rows, columns);
    Tensor identity = zeros({n, n});
    for (int i = 0; i < n; ++i) identity.overwrite()[static_cast<std::size_t>(i * n + i)] = 1;
    CHECK(close(product, identity));
  }
  CHECK(static_cast<double>(max(abs(nn::fan_uniform({50, 50}, 16))).item()) <= 0.25);
  const nn::LSTMCell cell(3, 4);
  CHECK(same(cell.bias,
             concat({zeros({4}), ones({4}), zeros({8})}, 0)));  // i f g o: only the forget gate starts at 1
  const nn::GRU gru(3, 4);
  CHECK(same(gru.bias_x + gru.bias_h + nn::GRU(3, 4).bias_x, zeros({12})));
  CHECK(close(matmul(gru.weight_h, transpose(gru.weight_h)), one_hot(indices({0, 1, 2, 3}), 4)));
  CHECK(same(nn::RNN(3, 4).bias, zeros({4})));
  manual_seed(8);
  const Tensor first = nn::Dense(4, 4).weight;
  manual_seed(8);
  CHECK(same(nn::Dense(4, 4).weight, first));
}

TEST_CASE("parameters: names, counts, snapshot and restore") {
  manual_seed(9);
  const nn::Dense a(2, 3), b(3, 1, {.bias = false});
  const nn::Parameters model{{"a", a}, {"b", b}};
  std::string names;
  for (const auto& [name, tensor] : model) names += name + " ";
  CHECK(names == "a.weight a.bias b.weight ");
  CHECK(model.size() == 3);
  CHECK(model.count() == 12);
  const nn::Parameters best = nn::snapshot(model);
  const Tensor before = a.weight.clone().detach();
  a.weight.assign(zeros({2, 3}));
  nn::restore(model, best);
  CHECK(same(a.weight, before));
  a.weight.assign(zeros({2, 3}));
  const nn::Parameters other{{"a", a}, {"b", nn::Dense(4, 1, {.bias = false})}};
  CHECK(fails_with([&] { nn::restore(model, nn::snapshot(other)); },
                   "[restore] the snapshot has b.weight [4, 1] where the model has b.weight [3, 1]"));
  CHECK(same(a.weight, zeros({2, 3})));  // nothing was changed
}
