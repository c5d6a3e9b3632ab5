#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// The one Tensor that the layer lists.
Tensor slope_of(const exercise::PReLU& layer) {
  INFO(
      "parameters() must list one Tensor of one number, the slope: an optimizer moves only what is listed, and a copy of "
      "the layer in a file would miss it too");
  REQUIRE(layer.parameters().size() == 1);
  REQUIRE(layer.parameters().count() == 1);
  return layer.parameters().begin()->tensor;
}

// What is left of the error of a small net after training: the strength of a wind, from two numbers that tell where it
// blows to. A slope of -1 makes |x| of PReLU, and then one unit is enough.
double trained(const exercise::PReLU& layer, bool slope_too) {
  manual_seed(1);
  const Tensor x = randn({64, 2}), strength = abs(matmul(x, tensor({{1}, {-2}})) + 0.5);
  const nn::Dense dense(2, 1);
  nn::Parameters parameters{{"dense", dense}};
  if (slope_too) parameters.add("slope", slope_of(layer));
  optim::Adam adam(parameters, {.lr = 0.05});
  double error = 0;
  for (int step = 0; step < 400; ++step) {
    adam.zero_grad();
    const Tensor loss = mse_loss(layer(dense(x)), strength);
    error = loss.item();
    loss.backward();
    adam.step();
  }
  return error;
}

}  // namespace

TEST_CASE("values") {
  const Tensor x = tensor({{-4, 3}, {-0.5, 2}});
  const Tensor got = exercise::PReLU(0.25)(x);
  CHECK_MESSAGE(!near(got, 0.25 * x),
                "the slope is for x below 0 alone; here it bends nothing: 3 became 0.75");
  CHECK_MESSAGE(!near(got, tensor({{1, 3}, {0.125, 2}})),
                "the sign is lost: slope x is -1 for x = -4. abs(x) and relu(-x) are positive below 0");
  CHECK(near(got, tensor({{-1, 3}, {-0.125, 2}})));
}

TEST_CASE("slopes 1, 0, and others where training may lead") {
  const Tensor x = tensor({-3, -1, 2});
  {
    INFO("with slope 1 nothing bends: the result is x");
    CHECK(near(exercise::PReLU(1)(x), x));
  }
  {
    INFO("with slope 0 it is ReLU: what is negative becomes 0");
    CHECK(near(exercise::PReLU(0)(x), tensor({0, 0, 2})));
  }
  CHECK(near(exercise::PReLU(-1)(x), abs(x)));
  INFO(
      "the larger of x and slope x is right up to slope 1 alone. A trained slope goes where the loss is lower, past 1 too");
  CHECK(near(exercise::PReLU(2)(x), tensor({-6, -2, 2})));
}

TEST_CASE("the slope is trainable") {
  const exercise::PReLU layer(0.25);
  const Tensor y = layer(tensor({-4, 3, -2}));
  {
    INFO(
        "for an x without gradients the result has none to pass on: a slope that is a plain number, or a Tensor without "
        "requires_grad(true), is a constant that no optimizer can move");
    REQUIRE(y.requires_grad());
  }
  const Tensor slope = slope_of(layer);
  sum(tensor({1, 10, 100}) * y).backward();
  {
    INFO(
        "no gradient arrived: parameters() must list the very Tensor that operator() uses, not a new one with its value");
    REQUIRE(slope.has_grad());
  }
  INFO(
      "d y / d slope is x where x is negative and 0 elsewhere; times the upstream gradients 1, 10, 100: -4 - 200");
  CHECK(near(slope.grad().item(), -204));
  slope.assign(full(slope.shape(), 3));
  INFO("what an optimizer writes into the listed Tensor, the layer must use");
  CHECK(near(layer(tensor({-4, 3})), tensor({-12, 3})));
}

TEST_CASE("gradients") {
  const exercise::PReLU layer(0.25);
  const Tensor x = tensor({{-2, 0.5, 1}, {3, -0.1, -1}});
  const auto f = [&](Inputs in) { return layer(in[0]); };
  CHECK(gradients_right(f, {x}));
  const Tensor slope = slope_of(layer), upstream = randn({2, 3});
  const auto at = [&](double value) {
    slope.assign(full(slope.shape(), value));
    return sum(upstream * layer(x)).item();
  };
  const double by_differences = (at(0.5 + 1e-5) - at(0.5 - 1e-5)) / 2e-5;
  sum(upstream * layer(x)).backward();
  INFO("the slope's gradient, against differences");
  CHECK(near(slope.grad().item(), by_differences, 1e-6));
}

TEST_CASE("at zero") {
  const exercise::PReLU layer(0.25);
  const Tensor x = zeros({3}).requires_grad(true), y = layer(x);
  INFO(
      "x = 0 is common (after a clip, in padding). There the value is 0, and one NaN in a gradient would spoil every "
      "weight: x / abs(x) is 0 / 0");
  CHECK(near(y, zeros({3})));
  for (const Real slope : grad(sum(y), {x})[0].values()) {
    REQUIRE_FALSE(std::isnan(slope));
    CHECK(slope >= 0);
    CHECK(slope <= 1);
  }
}

TEST_CASE("trained in a small net") {
  const exercise::PReLU frozen(0.25), layer(0.25);
  const double stays = trained(frozen, false), got = trained(layer, true);
  INFO("with the slope frozen at 0.25 the same net is left with an error of " << written(stays));
  CHECK(stays > 0.1);
  CHECK(got < 1e-6);
  CHECK(near(slope_of(layer).item(), -1, 1e-3));
}
