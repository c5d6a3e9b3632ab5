#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// The loss of one pair, and its slope: what a step towards a larger distance costs.
double loss_at(double label, double distance, double margin) {
  return exercise::soft_pair_loss(tensor({label}), tensor({distance}), margin).item();
}
double slope_at(double label, double distance, double margin) {
  const Tensor d = tensor({distance}).requires_grad(true);
  return grad(exercise::soft_pair_loss(tensor({label}), d, margin), {d})[0].item();
}

}  // namespace

TEST_CASE("a label of 1 means the same speaker") {
  INFO(
      "a pair with label 1 pays its distance, whatever the margin. Hadsell's paper has it the other way: there 0 is same");
  CHECK(near(loss_at(1, 2, 1), 2));
  CHECK(near(loss_at(1, 0, 5), 0));
  CHECK(near(slope_at(1, 2, 1), 1));
}

TEST_CASE("different speakers are pushed apart") {
  INFO(
      "the hinge grows with the distance, so it draws different speakers together: it is the margin minus the distance");
  CHECK(loss_at(0, 0.5, 1) > loss_at(0, 2, 1));
  CHECK(slope_at(0, 0, 1) <= 0);
}

TEST_CASE("the hinge is smooth") {
  const double close = loss_at(0, 0.25, 1), at_margin = loss_at(0, 1, 1);
  CHECK_MESSAGE(
      !near(close, 0.75),
      "this is the hinge with a corner, max(m - d, 0): put softplus(m - d) = ln(1 + e^(m - d)) in its place");
  CHECK_MESSAGE(
      !near(at_margin, 0),
      "at the margin the smooth hinge costs ln 2, not 0: that is where it bends, not where it ends");
  CHECK(near(close, 1.136871006));
  CHECK(near(at_margin, std::log(2)));
  INFO("e^1000 is infinite, though ln(1 + e^1000) is 1000: the engine's softplus does not overflow");
  CHECK(near(loss_at(0, 0, 1000), 1000));
}

TEST_CASE("a gradient however far apart") {
  const double far = slope_at(0, 9, 1), further = slope_at(0, 101, 1);
  CHECK_MESSAGE(
      far != 0,
      "9 apart with a margin of 1, the gradient is exactly 0: a clamp, maximum or relu around it cuts it off");
  CHECK(near(far, -0.0003353501305));
  INFO(
      "100 beyond the margin the slope is -e^-100, small and still not 0: clip neither the hinge nor its logarithm");
  CHECK(near(further / -3.720075976020836e-44, 1));
}

TEST_CASE("the mean over pairs") {
  const Tensor same = tensor({1, 0, 1, 0}), d = tensor({0.2, 0.7, 1.5, 2.5});
  const Tensor got = exercise::soft_pair_loss(same, d, 1);
  {
    INFO("one number for the batch, the mean of what the pairs cost");
    REQUIRE(fmt::format("{}", got.shape()) == "[]");
  }
  CHECK_MESSAGE(!near(got.item(), 2.755768522),
                "the sum of the pairs: with their mean, lr does not depend on P");
  CHECK(near(got.item(), 0.6889421306));
  const auto f = [&](Inputs in) { return exercise::soft_pair_loss(same, in[0], 1); };
  CHECK(gradients_right(f, {d}, true));
}

TEST_CASE("shapes that differ are an error") {
  const Tensor d = tensor({0.2, 0.7, 1.5, 2.5}), same = tensor({1, 0, 1, 0});
  const auto refused = [](const Tensor& labels, const Tensor& distances) {
    try {
      exercise::soft_pair_loss(labels, distances, 1);
    } catch (const Error&) {
      return true;
    }
    return false;
  };
  {
    INFO(
        "labels [4, 1] against distances [4] compare every label with every distance, so that no single label counts:");
    INFO("with all labels swapped the loss would be the same. Compare the shapes first, and tg::fail");
    CHECK(refused(reshape(same, {4, 1}), d));
    CHECK(refused(same, reshape(d, {4, 1})));
  }
  INFO("one label for four distances broadcasts too");
  CHECK(refused(tensor({1}), d));
}

TEST_CASE("trained, it sorts the pairs") {
  const Tensor same = tensor({1, 0, 1, 0}), d = full({4}, 0.5).requires_grad(true);
  optim::SGD sgd({{"d", d}}, {.lr = 0.2});
  for (int step = 0; step < 60; ++step) {
    sgd.zero_grad();
    exercise::soft_pair_loss(same, abs(d), 1).backward();
    sgd.step();
  }
  INFO("from equal distances, 60 steps must draw pairs 0 and 2 together, and push 1 and 3 beyond the margin");
  CHECK(d.at({0}) < 0.1);
  CHECK(d.at({2}) < 0.1);
  CHECK(d.at({1}) > 1);
  CHECK(d.at({3}) > 1);
}
