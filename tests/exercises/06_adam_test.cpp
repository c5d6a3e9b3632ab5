#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// Leaves `gradient` in the weight.
void give(const Tensor& weight, const Tensor& gradient) {
  weight.zero_grad();
  sum(weight * gradient).backward();
}

// What a weight of 0 is after a step for each of the gradients.
Tensor after(const std::vector<Tensor>& gradients, const exercise::AdamOptions& options = {.lr = 0.1}) {
  const Shape shape = gradients[0].shape();
  const Tensor weight = zeros(shape).requires_grad(true);
  exercise::AdamState state{zeros(shape), zeros(shape)};
  for (const Tensor& gradient : gradients) {
    give(weight, gradient);
    exercise::adam_step(weight, state, options);
  }
  return weight;
}

Tensor after_by_tg(const std::vector<Tensor>& gradients, const exercise::AdamOptions& options = {.lr = 0.1}) {
  const Tensor weight = zeros(gradients[0].shape()).requires_grad(true);
  optim::Adam adam({{"weight", weight}}, {.lr = options.lr,
                                          .beta1 = options.beta1,
                                          .beta2 = options.beta2,
                                          .epsilon = options.epsilon});
  for (const Tensor& gradient : gradients) {
    give(weight, gradient);
    adam.step();
  }
  return weight;
}

}  // namespace

TEST_CASE("the first step is lr, downhill") {
  const double got = after({tensor({2})}).item();
  REQUIRE_MESSAGE(
      !std::isnan(got),
      "0 / 0: before the first step no gradient is in m, and 1 - beta^0 is 0. The step that is being "
      "made counts, so t begins at 1");
  CHECK_MESSAGE(
      !near(got, -0.1 * 0.1 / std::sqrt(0.001), 1e-6),
      "the first step is 3.16 lr: without the corrections m is g / 10 and sqrt(v) is |g| / 31.6. Both begin "
      "at 0 and are too small at first, v for much longer");
  CHECK_MESSAGE(!near(got, -0.1 * 0.1, 1e-6),
                "the first step is lr / 10: v was corrected for its start at 0, and m was not");
  CHECK_MESSAGE(!near(got, -0.1 / std::sqrt(0.001), 1e-6),
                "the first step is 31.6 lr: m was corrected for its start at 0, and v was not");
  CHECK_MESSAGE(!near(got, 0.1, 1e-6), "the weight went uphill");
  CHECK(near(got, -0.1, 1e-6));
  INFO("each element has a step of its own, of the same size, against the sign of its gradient");
  CHECK(near(after({tensor({2, -3, 0.5})}), tensor({-0.1, 0.1, -0.1}), 1e-6));
}

TEST_CASE("small gradients") {
  const double got = after({tensor({1e-6})}).item();
  CHECK_MESSAGE(
      !near(got / -0.1, 1e-6 / std::sqrt(1e-12 + 1e-8), 1e-3),
      "epsilon stands under the root, where 1e-8 is as much as a gradient of 1e-4: smaller ones hardly "
      "move anything. Add it to the root");
  CHECK(near(got / -0.1, 1e-6 / (1e-6 + 1e-8)));
  INFO("a gradient of 0 is no step: epsilon keeps 0 / 0 away");
  CHECK(near(after({tensor({0})}), tensor({0})));
}

TEST_CASE("the second step") {
  const double got = after({tensor({2}), tensor({2})}).item();
  INFO(
      "where all gradients are the same, the corrected means are g and g^2 at every step, so each step is lr. m and v in the "
      "state are the running means: were they corrected there, the next step would correct them again");
  CHECK(near(got, -0.2, 1e-6));
}

TEST_CASE("step by step beside tg::optim::Adam") {
  manual_seed(1);
  std::vector<Tensor> gradients;
  for (int step = 1; step <= 20; ++step) {
    gradients.push_back(3 * randn({2, 3}));
    INFO("step " << step);
    REQUIRE(near(after(gradients), after_by_tg(gradients)));
  }
  INFO("the options are used, and not numbers of your own");
  const exercise::AdamOptions others = {.lr = 0.01, .beta1 = 0.5, .beta2 = 0.8, .epsilon = 0.1};
  CHECK(near(after(gradients, others), after_by_tg(gradients, others)));
}

TEST_CASE("the unit of the loss does not matter") {
  manual_seed(1);
  std::vector<Tensor> gradients, thousandfold;
  for (int step = 0; step < 10; ++step) {
    gradients.push_back(randn({4}));
    thousandfold.push_back(1000 * gradients.back());
  }
  INFO(
      "a loss a thousand times as large has the same steps, but for epsilon: each is mean over root of mean square");
  CHECK(near(after(gradients), after(thousandfold), 1e-6));
}
