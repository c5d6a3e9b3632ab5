#include EXERCISE
#include "check.hpp"

using namespace tg;

TEST_CASE("by hand: one of four, counted three times") {
  // Odds 1 : 3 become 3 : 3, so the weighted network says 0.5 where 0.25 is true.
  const Tensor got = exercise::undo_weights(tensor({0.5}), 3);
  CHECK_MESSAGE(
      !near(got, tensor({0.5 / 3})),
      "this divides the probability by the weight: what the weight multiplies are the odds, p / (1 - p)");
  CHECK_MESSAGE(!near(got, tensor({0.75})),
                "this weighs a second time: the odds must be divided by the weight");
  CHECK_MESSAGE(!near(got, tensor({0.5 - std::log(3.0)})),
                "ln w comes off the score, before the sigmoid, and not off the probability");
  CHECK(near(got, tensor({0.25})));
}

TEST_CASE("there and back") {
  const Tensor truth = tensor({0.001, 0.03, 0.2, 0.5, 0.9});
  for (const double weight : {0.5, 1., 32., 1000.}) {
    const Tensor odds = weight * truth / (1 - truth);
    INFO("a weight of " << weight);
    CHECK(near(exercise::undo_weights(odds / (1 + odds), weight), truth));
  }
}

TEST_CASE("the same as ln w off the score") {
  const Tensor z = tensor({-3, -0.5, 0, 2});
  CHECK(near(exercise::undo_weights(sigmoid(z), 20), sigmoid(z - std::log(20.0))));
}

TEST_CASE("certain stays certain") {
  INFO("0 and 1 stay what they are, without a division by 0");
  CHECK(near(exercise::undo_weights(tensor({0, 1}), 32), tensor({0, 1})));
}
