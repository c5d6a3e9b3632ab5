#include EXERCISE
#include "check.hpp"

using namespace tg;
using nn::Mode;

namespace {

Tensor dropped_ones(double rate) {
  manual_seed(1);
  return exercise::dropout(ones({100, 100}), rate, Mode::train);
}

double zero_share(const Tensor& x) { return mean((x >= 0) * (x <= 0)).item(); }

}  // namespace

TEST_CASE("while training: how many are dropped") {
  const Tensor kept = dropped_ones(0.25) > 0;
  for (const int axis : {0, 1}) {
    const Tensor shares = mean(kept, axis);
    const bool shared = min(shares).item() < 0.1 && max(shares).item() > 0.9;
    REQUIRE_MESSAGE(!shared,
                    "one draw was shared along an axis: draw a number for each element, with x's own shape");
  }
  const double share = 1 - mean(kept).item();  // of 10000: 0.004 is what chance does to it
  CHECK_MESSAGE(
      !near(share, 0.75, 0.03),
      "rate 0.25 dropped three quarters: rate is the share that is dropped, 1 - rate the share kept");
  CHECK(near(share, 0.25, 0.03));
  const Tensor again = exercise::dropout(ones({100, 100}), 0.25, Mode::train) > 0;
  INFO("the same elements were dropped in the next call: draw anew each time");
  CHECK(near(mean(abs(kept - again)).item(), 2 * 0.25 * 0.75, 0.03));
}

TEST_CASE("while training: what becomes of the others") {
  const Tensor y = dropped_ones(0.25);
  const double kept = max(y).item();
  CHECK_MESSAGE(
      !near(kept, 1),
      "what is kept was left as it is, so the mean fell to 1 - rate: the next layer would see larger "
      "numbers at evaluation than it was trained on. Divide by the probability of being kept");
  CHECK_MESSAGE(
      !near(kept, 4),
      "it was divided by rate, the probability of being dropped; the mean is kept by dividing by 1 - rate");
  CHECK_MESSAGE(
      !near(kept, 0.75),
      "it was multiplied by the probability of being kept: that makes the mean smaller still. Divide");
  CHECK(near(kept, 1 / 0.75));
  const Tensor x = tensor({3, -2, 5, 7, -1, 4}), some = exercise::dropout(x, 0.5, Mode::train);
  INFO("each element is either 0 or x / (1 - rate)");
  CHECK(near(some * (some - 2 * x), zeros({6})));
}

TEST_CASE("at evaluation") {
  const Tensor x = tensor({{1, -2}, {3, 4}});
  manual_seed(1);
  const std::string before = random_state();
  const Tensor y = exercise::dropout(x, 0.5, Mode::eval);
  CHECK_MESSAGE(
      !near(y, x * 0.5),
      "x was multiplied by 1 - rate: that belongs to the kind of dropout that does not divide while training");
  CHECK_MESSAGE(near(zero_share(y), 0),
                "elements were dropped at evaluation: the same point would get another answer each time");
  CHECK(near(y, x));
  INFO(
      "nothing is drawn at evaluation: else a look at the validation points would change the training that follows");
  CHECK(random_state() == before);
}

TEST_CASE("the gradient goes where the value went") {
  manual_seed(2);
  const Tensor x = uniform({20, 20}, 1, 2).requires_grad(true);
  const Tensor y = exercise::dropout(x, 0.5, Mode::train), slope = grad(sum(y), {x})[0];
  REQUIRE_MESSAGE(
      !near(slope, ones({20, 20})),
      "the slope is 1 everywhere: what was dropped had no part in the result, so it gets no gradient");
  {
    INFO("another draw was made for the gradient: it needs the mask that the value had, not one like it");
    CHECK(near(x * slope, y));
  }
  const auto f = [](Inputs in) {
    manual_seed(3);
    return exercise::dropout(in[0], 0.4, Mode::train);
  };
  CHECK(gradients_right(f, {tensor({{1, -2, 3}, {0.5, -0.5, 4}})}));
}

TEST_CASE("rates at the ends") {
  {
    INFO("rate 0 drops nothing and changes nothing");
    CHECK(near(dropped_ones(0), ones({100, 100})));
  }
  const Tensor y = dropped_ones(0.99);
  INFO("rate 0.99 keeps about one in a hundred, a hundred times as large");
  CHECK(near(zero_share(y), 0.99, 0.01));
  CHECK(near(max(y), tensor(100)));
}

// Eight copies of a number, and the number is wanted: any weights that add up to 1 will do. With dropout the mean loss is, for
// numbers of variance 1, (1 - sum w)^2 + rate / (1 - rate) sum w^2: smallest where each w is 1 / (8 + rate / (1 - rate)).
TEST_CASE("what it is for: not to rely on one") {
  const auto trained = [](Mode mode) {
    manual_seed(5);
    const Tensor number = randn({256, 1}), copies = broadcast_to(number, {256, 8});
    const nn::Dense layer(8, 1, {.bias = false});
    optim::SGD sgd(layer.parameters(), {.lr = 0.05});
    for (int step = 0; step < 200; ++step) {
      const Tensor loss = mse_loss(layer(exercise::dropout(copies, 0.5, mode)), number);
      sgd.zero_grad();
      loss.backward();
      sgd.step();
    }
    return layer.weight;
  };
  const Tensor free = trained(Mode::eval), disturbed = trained(Mode::train);
  INFO("without dropout the weights go from " << min(free).item() << " to " << max(free).item()
                                              << ", with it from " << min(disturbed).item() << " to "
                                              << max(disturbed).item());
  CHECK(near(sum(free), tensor(1), 1e-3));
  CHECK(near(disturbed, full({8, 1}, 1. / 9), 0.02));
  CHECK(max(free).item() - min(free).item() > 0.5);
}
