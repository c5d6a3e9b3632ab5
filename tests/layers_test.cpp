#include <doctest/doctest.h>

#include "support.hpp"

using namespace tg;

TEST_CASE("Embedding: rows by id, and gradients added where a row was taken") {
  manual_seed(1);
  const nn::Embedding embedding(4, 3);
  const Indices ids = indices({{1, 3, 1}, {0, 1, 1}});
  const Tensor rows = embedding(ids);
  CHECK(rows.shape() == Shape{2, 3, 3});
  CHECK(rows.at({0, 1, 2}) == embedding.weight.at({3, 2}));
  sum(rows).backward();
  CHECK(same(slice(embedding.weight.grad(), 1, 0, 1), tensor({{1}, {4}, {0}, {1}})));
}

TEST_CASE("Dropout: inverted, only while training, and drawn from the random stream") {
  manual_seed(2);
  const nn::Dropout dropout(0.3);
  const Tensor x = ones({100, 100}).requires_grad(true), y = dropout(x, nn::Mode::train);
  CHECK(same(dropout(x, nn::Mode::eval), x));
  CHECK(std::abs(static_cast<double>(mean(y).item()) - 1) < 0.02);
  int dropped = 0;
  for (Real value : y.values()) {
    CHECK((value == 0 || close(static_cast<double>(value), 1 / 0.7)));
    dropped += value == 0;
  }
  CHECK(std::abs(dropped - 3000) < 200);
  sum(y).backward();
  CHECK(same(x.grad(), y.detach()));  // what was dropped gets no gradient
  manual_seed(2);
  CHECK(same(dropout(x, nn::Mode::train), y));
}

TEST_CASE("PReLU, Sigmoid and Softmax") {
  const nn::PReLU prelu(2);
  CHECK(same(prelu(tensor({{-4, 4}, {2, -2}})), tensor({{-1, 4}, {2, -0.5}})));
  sum(prelu(tensor({{-4, 4}, {2, -2}}))).backward();
  CHECK(same(prelu.slope.grad(), tensor({-4, -2})));
  CHECK(close(nn::Sigmoid{}(tensor({0, 1})), tensor({0.5, 1 / (1 + std::exp(-1.0))})));
  CHECK(close(sum(nn::Softmax{}(tensor({{1, 2}, {3, 5}})), -1), ones({2})));
}

TEST_CASE("LayerNorm: each item over its features, whatever stands beside it") {
  manual_seed(4);
  const nn::LayerNorm plain(4), strong(4, {.epsilon = 5});
  CHECK(close(strong(tensor({{1, 1, 5, 5}})), tensor({{-2, -2, 2, 2}}) / 3));  // variance 4
  const Tensor x = 10 + 3 * randn({2, 3, 4}), y = plain(x);
  CHECK(close(mean(y, -1), zeros({2, 3}), 10 * equality));
  CHECK(close(var(y, -1), ones({2, 3}), 1e-4));
  CHECK(close(plain(select(select(x, 0, 1), 0, 2)), select(select(y, 0, 1), 0, 2)));

  plain.scale.assign(tensor({1, 2, 3, 4})), plain.shift.assign(tensor({10, 20, 30, 40}));
  const Tensor flat = tensor({{7, 7, 7, 7}}).requires_grad(true);  // 0 / sqrt(epsilon)
  CHECK(same(plain(flat), tensor({{10, 20, 30, 40}})));
  CHECK(all_close(grad(sum(plain(flat) * tensor({1, 0, 0, 0})), {flat})[0],
                  tensor({{0.75, -0.25, -0.25, -0.25}}) / std::sqrt(1e-5)));
  if (!is_double) return;
  const Tensor in = randn({2, 4}).requires_grad(true);
  const GradcheckResult check =
      gradcheck({{"layer", plain}, {"x", in}}, [&] { return plain(in); }, {.second_order = true});
  CHECK_MESSAGE(check.ok, check.text);
}

TEST_CASE("BiLSTM: two directions side by side, each from an item's own ends") {
  manual_seed(3);
  const nn::BiLSTM both(3, 2);
  const Tensor x = randn({2, 4, 3});
  const std::vector<int> lengths = {4, 2};
  const nn::LSTMOutput out = both(x, {.lengths = lengths});
  const nn::LSTMOutput there = both.forward(x, {.lengths = lengths});
  const nn::LSTMOutput back = both.backward(x, {.lengths = lengths, .reverse = true});
  CHECK(same(out.sequence, concat({there.sequence, back.sequence}, 2)));
  CHECK(same(out.state.h, concat({there.state.h, back.state.h}, 1)));
  const Tensor short_item = slice(slice(x, 0, 1, 2), 1, 0, 2);
  CHECK(close(both(short_item).sequence, slice(slice(out.sequence, 0, 1, 2), 1, 0, 2)));
  CHECK(both.parameters().size() == 6);
  const nn::LSTMOutput again = both(x, {.initial_state = out.state});
  CHECK(again.state.c.shape() == Shape{2, 4});
}

TEST_CASE("SGD and RMSprop, step by step in double") {
  const auto trained = [](auto optimizer_for, auto reference) {
    const Tensor w = tensor({1, -2}).requires_grad(true);
    auto optimizer = optimizer_for(nn::Parameters{{"w", w}});
    std::vector<double> expected = {1, -2}, state = {0, 0};
    for (int t = 0; t < 10; ++t) {
      optimizer.zero_grad();
      sum(pow(w, 2) * tensor({1, 3})).backward();
      optimizer.step();
      for (std::size_t i = 0; i < 2; ++i)
        reference(2 * expected[i] * (i == 0 ? 1 : 3), expected[i], state[i]);
    }
    CHECK(matches(w.values(), expected, is_double ? 1e-12 : 1e-5));
    CHECK(optimizer.state().size() == 1);
  };
  trained(
      [](const nn::Parameters& p) {
        return optim::SGD(p, {.lr = 0.05, .momentum = 0.9, .weight_decay = 0.01});
      },
      [](double g, double& w, double& v) {
        v = 0.9 * v + g + 0.01 * w;
        w -= 0.05 * v;
      });
  trained([](const nn::Parameters& p) { return optim::RMSprop(p, {.lr = 0.05, .alpha = 0.9}); },
          [](double g, double& w, double& v) {
            v = 0.9 * v + 0.1 * g * g;
            w -= 0.05 * g / (std::sqrt(v) + 1e-8);
          });
}

TEST_CASE("clip_grad_norm and schedules") {
  const Tensor a = tensor({3}).requires_grad(true), b = tensor({4}).requires_grad(true),
               idle = tensor({1}).requires_grad(true);
  const nn::Parameters parameters{{"a", a}, {"b", b}, {"idle", idle}};
  sum(a * 3 + b * 4).backward();
  CHECK(close(optim::clip_grad_norm(parameters, 10), 5.0));
  CHECK(same(a.grad(), tensor({3})));
  CHECK(close(optim::clip_grad_norm(parameters, 1), 5.0));
  CHECK(close(a.grad(), tensor({0.6})));
  CHECK(close(b.grad(), tensor({0.8})));

  CHECK(optim::cosine(0, 100, 0.1) == 0.1);
  CHECK(close(optim::cosine(50, 100, 0.1), 0.05));
  CHECK(optim::cosine(100, 100, 0.1) == 0);
  CHECK(optim::cosine(150, 100, 0.1) == 0);
  CHECK(close(optim::step_decay(25, 10, 1, 0.5), 0.25));
  CHECK(close(optim::warm_up(0, 4, 1), 0.25));
  CHECK(optim::warm_up(9, 4, 1) == 1);
}

TEST_CASE("explain shows where a gradient dies, graphviz draws, AnomalyMode names the first fault") {
  const Tensor w = tensor({5, 0.5}).requires_grad(true);
  const Tensor clipped = clamp(w, 0, 1);
  const std::string table = explain(sum(clipped));
  CAPTURE(table);
  CHECK(table.find("clamp") != std::string::npos);
  CHECK(table.find("50%") != std::string::npos);  // half of w's gradient is exactly 0
  CHECK(!w.has_grad());
  CHECK(explain(sum(w / 0)).find("value infinite gradient infinite") == std::string::npos);
  CHECK(explain(sum(w / 0)).find("infinite") != std::string::npos);
  CHECK(explain(sum(w * NAN)).find("NaN") != std::string::npos);
  const std::string dot = graphviz(sum(clipped));
  CHECK(dot.find("digraph {") == 0);
  CHECK(dot.find("shape=box") != std::string::npos);
  CHECK(dot.find("n0 -> n1") != std::string::npos);

  const Tensor x = tensor({0, 1}).requires_grad(true);
  (void)log(x);
  const AnomalyMode on;
  CHECK(fails_with([&] { log(x); }, "[log] -inf at element 0 of its result, shape [2], from finite inputs"));
  const Tensor root = sum(sqrt(x));
  CHECK(fails_with([&] { root.backward(); }, "in the gradient of sqrt: inf at element 0"));
  CHECK(fails_with([&] { tensor({NAN}) * x; }, "[mul] input 0, shape [1], already holds nan"));
  const Tensor custom = record("custom", x.array().clone(), {x}, {[](auto&, auto&, auto) {
                                 return tensor({1, INFINITY});
                               }});
  CHECK(fails_with([&] { sum(custom).backward(); },
                   "[custom] its rule gave inf at element 1 of the gradient of input 0"));
}
