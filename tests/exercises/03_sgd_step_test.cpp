#include EXERCISE
#include "check.hpp"

using namespace tg;

TEST_CASE("a step goes down the slope") {
  const Tensor w = tensor({1, -2}).requires_grad(true);
  sum(w * w).backward();  // the gradient is 2 w
  exercise::sgd_step({{"w", w}}, 0.1);
  CHECK_MESSAGE(!near(w, tensor({1, -2})),
                "w did not move: `parameter = ..` changes what a local name stands for, assign() the values");
  CHECK_MESSAGE(!near(w, tensor({1.2, -2.4})),
                "w went uphill: the loss grows in the direction of its gradient");
  CHECK(near(w, tensor({0.8, -1.6})));
}

TEST_CASE("a parameter that the loss did not reach") {
  const Tensor used = tensor({1}).requires_grad(true), unused = tensor({5}).requires_grad(true);
  sum(used * used).backward();
  INFO("a parameter without a gradient stays where it is: ask has_grad() before grad()");
  REQUIRE_NOTHROW(exercise::sgd_step({{"unused", unused}, {"used", used}}, 0.5));
  CHECK(near(unused, tensor({5})));
  CHECK(near(used, tensor({0})));
}

TEST_CASE("gradients are left alone") {
  const Tensor w = tensor({3}).requires_grad(true);
  sum(w * w).backward();
  exercise::sgd_step({{"w", w}}, 0.1);
  INFO(
      "whoever collects gradients over several batches needs them after the step too: clearing is the loop's business");
  REQUIRE(w.has_grad());
  CHECK(near(w.grad(), tensor({6})));
}

TEST_CASE("a small model learns, and nothing is left behind") {
  manual_seed(1);
  const Tensor x = randn({32, 3}), y = matmul(x, tensor({{1}, {-2}, {0.5}})) + 3;
  const nn::Dense model(3, 1);
  const auto train = [&](int steps) {
    double last = 0;
    for (int step = 0; step < steps; ++step) {
      for (const auto& [name, parameter] : model.parameters()) parameter.zero_grad();
      const Tensor loss = mse_loss(model(x), y);
      loss.backward();
      exercise::sgd_step(model.parameters(), 0.1);
      last = loss.item();
    }
    return last;
  };
  train(1);
  const std::size_t nodes = live_nodes();
  CHECK(train(300) < 1e-9);
  CHECK(near(model.weight, tensor({{1}, {-2}, {0.5}}), 1e-4));
  INFO("a weight must stay a leaf: the graph of a step must not hang on to it");
  CHECK(live_nodes() == nodes);
}
