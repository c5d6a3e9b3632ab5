// GRU, RNN, LayerNorm, attention and a transformer block against PyTorch's numbers. See tests/peers/layer_numbers.py.
#include <doctest/doctest.h>

#include "support.hpp"
#include "torch_numbers.hpp"

using namespace tg;

namespace {

/// sin(n + 2 i) for element i: what the script takes, too.
Tensor wave(int n, const Shape& shape) {
  std::vector<Real> values;
  for (std::int64_t i = 0; i < shape.size(); ++i)
    values.push_back(Real(std::sin(n + 2 * static_cast<double>(i))));
  return Tensor(shape, values).requires_grad(true);
}

/// Values, and the loss's gradients, are those of a case.
void check(const std::string& name, std::vector<Tensor> got, const Tensor& loss, Inputs leaves) {
  INFO(name);
  for (const Tensor& gradient : grad(loss, {leaves.begin(), leaves.end()})) got.push_back(gradient);
  const auto& expected = torch_numbers.at(name);
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    CHECK(matches(got[i].values(), expected[i], 10 * equality));
  }
}

constexpr int batch = 2, steps = 3, features = 2, hidden = 2;

/// Both directions, with and without lengths, of a layer whose weights are waves.
template <class Layer>
void check_recurrent(const std::string& name, const Layer& layer) {
  for (bool reverse : {false, true})
    for (bool ragged : {false, true}) {
      const Tensor x = wave(1, {batch, steps, features}), start = wave(6, {batch, hidden});
      nn::RNNOptions options{.initial_state = start, .reverse = reverse};
      if (ragged) options.lengths = {2, 3};
      const nn::RNNOutput out = layer(x, options);
      const Tensor loss =
          sum(out.sequence * wave(7, {batch, steps, hidden})) + sum(out.state * wave(8, {batch, hidden}));
      std::vector<Tensor> leaves = {x};
      for (const auto& [own, weight] : layer.parameters()) leaves.push_back(weight);
      leaves.push_back(start);
      check(name + (reverse ? " in reverse" : "") + (ragged ? " with lengths" : ""),
            {out.sequence, out.state}, loss, leaves);
    }
}

}  // namespace

TEST_CASE("GRU: PyTorch's values and gradients") {
  nn::GRU gru(features, hidden);
  gru.weight_x = wave(2, {features, 3 * hidden}), gru.weight_h = wave(3, {hidden, 3 * hidden});
  gru.bias_x = wave(4, {3 * hidden}), gru.bias_h = wave(5, {3 * hidden});
  check_recurrent("gru", gru);
}

TEST_CASE("RNN: PyTorch's values and gradients") {
  nn::RNN rnn(features, hidden);
  rnn.weight_x = wave(2, {features, hidden}), rnn.weight_h = wave(3, {hidden, hidden});
  rnn.bias = wave(4, {hidden});
  check_recurrent("rnn", rnn);
}

TEST_CASE("LayerNorm: PyTorch's values and gradients") {
  nn::LayerNorm layer(4);
  layer.scale = wave(2, {4}), layer.shift = wave(3, {4});
  const Tensor x = wave(1, {2, 3, 4}), y = layer(x);
  check("layer_norm", {y}, sum(y * wave(7, {2, 3, 4})), {x, layer.scale, layer.shift});
}

TEST_CASE("attention: PyTorch's values and gradients, with a mask and without, of heads") {
  const Tensor q = wave(1, {2, 3, 2}), k = wave(2, {2, 4, 2}), v = wave(3, {2, 4, 3});
  const auto compare = [](const std::string& name, Inputs in, const Tensor& y) {
    check(name, {y}, sum(y * wave(7, y.shape())), in);
  };
  compare("attention", {q, k, v}, attention(q, k, v));
  compare("attention with a mask", {q, k, v}, attention(q, k, v, {.mask = wave(4, {2, 3, 4}) > -0.5}));
  const Shape heads{2, 2, 3, 2};
  const Tensor a = wave(1, heads), b = wave(2, heads), c = wave(3, heads);
  compare("attention of heads, causal", {a, b, c}, attention(a, b, c, {.mask = causal_mask(3)}));
}

// What lesson 10 builds, with two heads: normalised attention and two dense layers, each added to its input.
TEST_CASE("a transformer block: PyTorch's values and gradients") {
  constexpr int heads = 2, width = 4;
  const Tensor x = wave(1, {2, 3, width});
  nn::Dense q(width, width), k(width, width), v(width, width), out(width, width), up(width, 6),
      down(6, width);
  nn::LayerNorm first(width), second(width);
  std::vector<Tensor> leaves = {x};
  int n = 2;
  for (nn::Dense* layer : {&q, &k, &v, &out, &up, &down})
    leaves.push_back(layer->weight = wave(n++, layer->weight.shape()));
  for (nn::Dense* layer : {&q, &k, &v, &out, &up, &down})
    leaves.push_back(layer->bias = wave(n++, layer->bias.shape()));
  for (Tensor* weight : {&first.scale, &first.shift, &second.scale, &second.shift})
    leaves.push_back(*weight = wave(n++, {width}));
  const auto split = [&](const Tensor& all) {  // [B,T,D] to [B,heads,T,D/heads]
    return permute(reshape(all, {2, 3, heads, width / heads}), {0, 2, 1, 3});
  };
  const Tensor normal = first(x);
  const Tensor seen =
      attention(split(q(normal)), split(k(normal)), split(v(normal)), {.mask = causal_mask(3)});
  const Tensor middle = x + out(reshape(permute(seen, {0, 2, 1, 3}), {2, 3, width}));
  const Tensor y = middle + down(relu(up(second(middle))));
  check("transformer block", {y}, sum(y * wave(7, y.shape())), leaves);
}
