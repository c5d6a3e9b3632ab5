#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

using exercise::Micro;

// A model that gives x itself.
nn::Dense identity() {
  nn::Dense model(1, 1);
  model.weight.assign(tensor({{1}}));
  model.bias.assign(tensor({0}));
  return model;
}

// One item each. Losses at real steps: 4; and 0, 0, 0.
const Micro one = {tensor({{{2}, {9}, {9}}}), zeros({1, 3, 1}), tensor({{1, 0, 0}})};
const Micro three = {tensor({{{1}, {2}, {3}}}), tensor({{{1}, {2}, {3}}}), ones({1, 3})};
const Micro nothing = {tensor({{{NAN}, {9}, {9}}}), zeros({1, 3, 1}), zeros({1, 3})};

}  // namespace

TEST_CASE("the mean") {
  const nn::Dense model = identity();
  const double mean = exercise::accumulate(model, {one, three});
  CHECK_MESSAGE(!near(mean, 2.),
                "a mean of means: one real step of the first part counts as much as three of the second");
  CHECK_MESSAGE(!near(mean, 4.),
                "the means were added up: each is to be weighed by its share of all real steps");
  CHECK_MESSAGE(!near(mean, 4. / 6), "padded steps were counted: the divisor is the number of real steps");
  CHECK(near(mean, 1.));
}

TEST_CASE("the gradient") {
  const nn::Dense model = identity();
  exercise::accumulate(model, {one, three});
  INFO("d/dw of (w x - y)^2 is 2 x (w x - y): 8 at one of four real steps");
  REQUIRE(model.weight.has_grad());
  CHECK(near(model.weight.grad(), tensor({{2}})));
  CHECK(near(model.bias.grad(), tensor({1})));
}

TEST_CASE("gradients from before") {
  const nn::Dense model = identity();
  exercise::accumulate(model, {one, three});
  exercise::accumulate(model, {one, three});
  INFO(
      "backward() adds to the gradients that are there: those of the last step must go first, and only once");
  CHECK(near(model.weight.grad(), tensor({{2}})));
}

TEST_CASE("a micro-batch of padding") {
  const nn::Dense model = identity();
  INFO("it has the share 0. Its loss would be a mean over nothing, which mse_loss refuses: leave it out");
  REQUIRE_NOTHROW(exercise::accumulate(model, {nothing, one, nothing, three}));
  CHECK(near(exercise::accumulate(model, {nothing, one, nothing, three}), 1.));
  CHECK(near(model.weight.grad(), tensor({{2}})));
}

TEST_CASE("however the batch is cut") {
  manual_seed(6);
  const nn::Dense model(3, 1);
  const Tensor x = randn({6, 5, 3}), y = randn({6, 5, 1}), mask = sequence_mask({5, 1, 3, 0, 2, 4}, 5);
  const double joined = exercise::accumulate(model, {{x, y, mask}});
  const Tensor weight = model.weight.grad(), bias = model.bias.grad();
  for (const std::vector<int>& ends : {std::vector<int>{2, 6}, {1, 3, 6}, {1, 2, 3, 4, 5, 6}}) {
    std::vector<Micro> batch;
    for (int start = 0; const int end : ends) {
      batch.push_back({slice(x, 0, start, end), slice(y, 0, start, end), slice(mask, 0, start, end)});
      start = end;
    }
    INFO(ends.size() << " micro-batches must give what one gives");
    CHECK(near(exercise::accumulate(model, batch), joined));
    CHECK(near(model.weight.grad(), weight));
    CHECK(near(model.bias.grad(), bias));
  }
}
