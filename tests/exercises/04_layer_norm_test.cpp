#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

exercise::LayerNorm layer_with(double epsilon) {
  exercise::LayerNorm layer(4);
  layer.epsilon = epsilon;
  return layer;
}

// Variance 4 and 100, so normalised they are -1 -1 1 1 and 1 1 -1 -1.
Tensor two_items() { return tensor({{1, 1, 5, 5}, {40, 40, 20, 20}}); }

// Points in millimetres, of class 1 where both coordinates have the same sign. Gives the loss, in nats, after 200 steps.
template <class Layer>
double trained_loss(const Layer& layer, const nn::Parameters& parameters) {
  manual_seed(4);
  const Tensor metres = uniform({64, 2}, -1, 1), x = 1000 * metres;
  const Tensor label = slice(metres, 1, 0, 1) * slice(metres, 1, 1, 2) > 0;
  const nn::Dense hidden(2, 8), readout(8, 1);
  optim::Adam adam({{"hidden", hidden}, {"layer", parameters}, {"readout", readout}}, {.lr = 0.05});
  double last = 0;
  for (int step = 0; step < 200; ++step) {
    const Tensor loss = binary_cross_entropy_with_logits(readout(tanh(layer(hidden(x)))), label);
    adam.zero_grad();
    loss.backward();
    adam.step();
    last = loss.item();
  }
  return last;
}

}  // namespace

TEST_CASE("a new layer") {
  const exercise::LayerNorm layer(3);
  INFO("gain and shift are [D]; at first the gain is 1 and the shift 0, so that nothing is scaled or moved");
  CHECK(near(layer.gain, ones({3})));
  CHECK(near(layer.shift, zeros({3})));
}

TEST_CASE("values, by hand") {
  const Tensor x = two_items(), right = tensor({{-1, -1, 1, 1}, {1, 1, -1, -1}});
  const Tensor got = layer_with(0)(x), mean_of_all = mean(x);
  CHECK_MESSAGE(
      !near(got, tensor({{-1, -1, -1, -1}, {1, 1, 1, 1}})),
      "each feature was normalised over the batch: then what an item gives depends on its neighbours. "
      "Each item has a mean and a variance of its own, over the last axis");
  CHECK_MESSAGE(
      !near(got, (x - mean_of_all) / sqrt(mean(pow(x - mean_of_all, 2)))),
      "one mean and one variance were taken of all items together; each item has its own: name the axis");
  CHECK_MESSAGE(
      !near(got, right * std::sqrt(0.75)),
      "the squares were divided by D - 1. That estimates the variance of more features than are there; these "
      "are all of them: divide by D, as mean() does");
  CHECK_MESSAGE(!near(got, right / tensor({{2}, {10}})),
                "it was divided by the variance: the root is missing");
  CHECK(near(got, right));
}

TEST_CASE("epsilon") {
  const Tensor got = layer_with(5)(tensor({{1, 1, 5, 5}}));  // variance 4, and 2 / sqrt(4 + 5)
  CHECK_MESSAGE(!near(got, tensor({{-1, -1, 1, 1}})), "epsilon was not used");
  CHECK_MESSAGE(
      !near(got, tensor({{-2, -2, 2, 2}}) / 7),
      "epsilon was added after the root: then an item of equal features has a finite value, but the root's slope "
      "at 0 is infinite, and its gradient NaN. Add it under the root");
  CHECK(near(got, tensor({{-2, -2, 2, 2}}) / 3));
}

TEST_CASE("gain and shift") {
  exercise::LayerNorm layer = layer_with(0);
  layer.gain = tensor({1, 2, 3, 4});
  layer.shift = tensor({10, 20, 30, 40});
  INFO("y = gain (normalised x) + shift: they come last, each feature with its own");
  CHECK(near(layer(two_items()), tensor({{9, 18, 33, 44}, {11, 22, 27, 36}})));
}

TEST_CASE("an item alone and in company") {
  manual_seed(1);
  const exercise::LayerNorm layer(4);
  const Tensor x = randn({2, 3, 4}), together = layer(x);
  INFO("[B,T,D] too: the features stand on the last axis, -1, whatever comes before");
  CHECK(near(mean(together, -1), zeros({2, 3})));
  CHECK(near(select(select(together, 0, 1), 0, 2), layer(select(select(x, 0, 1), 0, 2))));
}

TEST_CASE("gradients") {
  const Tensor x = tensor({{1, 1, 5, 5}}).requires_grad(true), weight = tensor({{1, 2, 3, 5}});
  const Tensor slope = grad(sum(weight * layer_with(0)(x)), {x})[0];
  CHECK_MESSAGE(!near(slope, weight / 2),
                "the gradient takes mean and variance for constants, but they move with x: no detach(), no "
                "NoGrad, no plain numbers on the way");
  CHECK_MESSAGE(
      !near(slope, (weight - mean(weight)) / 2),
      "the gradient takes the variance for a constant, but stretching x changes it: no detach(), no NoGrad, no "
      "plain numbers on the way");
  {
    INFO("adding the same to all features changes nothing, so the slopes of an item add up to 0");
    CHECK(near(sum(slope), tensor(0)));
  }
  const auto f = [](Inputs in) {
    exercise::LayerNorm layer(4);
    layer.gain = in[1];
    layer.shift = in[2];
    return layer(in[0]);
  };
  manual_seed(2);
  CHECK(gradients_right(f, {randn({2, 4}), randn({4}), randn({4})}, true));
}

TEST_CASE("an item whose features are all the same") {
  const exercise::LayerNorm layer(4);
  const Tensor x = tensor({{7, 7, 7, 7}, {1, 2, 3, 4}}).requires_grad(true);
  {
    INFO("0 / 0 is NaN: epsilon keeps the root away from 0");
    CHECK(near(slice(layer(x), 0, 0, 1), zeros({1, 4})));
  }
  INFO("the slope of a root at 0 is infinite, and 0 times infinity is NaN: epsilon goes under the root");
  CHECK(near(slice(grad(sum(layer(x)), {x})[0], 0, 0, 1), zeros({1, 4})));
}

TEST_CASE("in a network that does not learn without it") {
  const exercise::LayerNorm layer(8);
  const nn::Parameters parameters = layer.parameters();
  {
    INFO(
        "an optimizer trains what parameters() lists, and a gradient goes where requires_grad(true) was said");
    REQUIRE(parameters.size() == 2);
    for (const auto& [name, tensor] : parameters) REQUIRE(tensor.requires_grad());
  }
  const double without = trained_loss([](const Tensor& x) { return x; }, {});
  const double with = trained_loss(layer, parameters);
  INFO("points in millimetres, 200 steps: " << without << " nats without the layer, " << with
                                            << " with it; below 0.1 is needed. Guessing costs 0.69");
  CHECK(without > 0.3);
  CHECK(with < 0.1);
  INFO("gain and shift are those of the layer, and have moved");
  CHECK(!near(layer.gain, ones({8}), 0.01));
  CHECK(!near(layer.shift, zeros({8}), 0.01));
}
