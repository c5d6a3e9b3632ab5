#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

std::string shape_of(const Tensor& weights) { return fmt::format("{}", weights.shape()); }

}  // namespace

TEST_CASE("the same batch, twice") {
  const Tensor before = exercise::count_weights({1}, {4}, 4, 0.5);
  INFO(
      "the same batch gets other weights the second time: a counter goes on from call to call. The number of a sample is a place in the data, so make it from the arguments alone");
  CHECK(near(exercise::count_weights({1}, {4}, 4, 0.5), before));
}

TEST_CASE("one sequence from its first sample on") {
  const Tensor weights = exercise::count_weights({1}, {4}, 4, 0.5);
  {
    INFO(
        "weights [T] have no axis for the items. A loss [B,T] takes them for a weight per item where B = T; times a loss [B,T,1] they pair every step with every weight. Keep the axis: [B,T], here [1, 4]");
    REQUIRE(shape_of(weights) == "[1, 4]");
  }
  CHECK_MESSAGE(weights.at({0, 0}) != 0,
                "the first sample counts nothing: it has the number first[b], which is 1 here, and not 0");
  const Tensor roots = tensor({{1, std::sqrt(2), std::sqrt(3), 2}});
  CHECK_MESSAGE(
      !near(weights, roots),
      "the mean of these weights is 1.54 for 4 steps and 3.85 for 32, so the loss grows with the length, as with a longer step: divide by the mean of the weights");
  CHECK(near(weights, roots / mean(roots)));
  CHECK(near(exercise::count_weights({1}, {3}, 3, 2), tensor({{3. / 14, 12. / 14, 27. / 14}})));
  INFO("n^0 is 1: no step counts more than another");
  CHECK(near(exercise::count_weights({5}, {3}, 3, 0), ones({1, 3})));
}

TEST_CASE("pieces from the middle") {
  const Tensor weights = exercise::count_weights({1, 33}, {3, 3}, 3, 1);
  {
    INFO("the items begin at different numbers, so each has a row of its own: [B,T]");
    REQUIRE(shape_of(weights) == "[2, 3]");
  }
  CHECK_MESSAGE(
      !near(select(weights, 0, 0), select(weights, 0, 1)),
      "both items get the same weights, but the samples of the second are the 33rd to 35th: n = first[b] + t");
  CHECK_MESSAGE(
      !near(mean(weights, 1), ones({2})),
      "each item was divided by its own mean, so sample 33 counts no more than sample 1: divide by one mean, that of all real places of the batch");
  CHECK(near(weights, tensor({{1, 2, 3}, {33, 34, 35}}) / 18));
}

TEST_CASE("padding") {
  const Tensor weights = exercise::count_weights({1, 1}, {4, 2}, 4, 1);
  {
    INFO(
        "places after the end of a sequence are padding: their weight is 0, else what stands there is learned");
    CHECK(near(slice(select(weights, 0, 1), 0, 2, 4), zeros({2})));
  }
  const Tensor raw = tensor({{1, 2, 3, 4}, {1, 2, 0, 0}});
  CHECK_MESSAGE(
      !near(weights, raw / mean(raw)),
      "padded places were counted in the mean: divide by the mean over the 6 real places, not over all 8, else the loss depends on how much padding there is");
  CHECK_MESSAGE(!near(weights, raw / 2.5),
                "the mean was taken before the padding was set to 0: padded places have no part in it");
  CHECK(near(weights, raw / (13. / 6)));
  INFO("more padding changes nothing");
  CHECK(near(slice(exercise::count_weights({1, 1}, {4, 2}, 9, 1), 1, 0, 4), weights));
}

TEST_CASE("in a loss") {
  for (const int steps : {4, 32})
    for (const double power : {0., 0.5, 2.}) {
      const std::vector<int> lengths = {steps, 3, 1};
      const Tensor mask = sequence_mask(lengths, steps);
      const Tensor weights = exercise::count_weights({1, 33, 7}, lengths, steps, power);
      INFO("T is " << steps << ", the power " << power << ": losses that are all 1 must cost 1");
      for (const Shape shape : {Shape({3, steps}), Shape({3, steps, 1}), Shape({3, steps, 2})})
        CHECK(near(mse_loss(ones(shape), zeros(shape), {.mask = mask, .weights = weights}), 1));
    }
  // Only the last of 4 steps is wrong, in each of 4 items: where B = T, weights and losses can be lined up wrongly.
  const Tensor wrong = concat({zeros({4, 3}), ones({4, 1})}, 1);
  const Tensor weights = exercise::count_weights({1, 1, 1, 1}, {4, 4, 4, 4}, 4, 1);
  INFO("a mistake at step 4 of 4 has the weight 4 / 2.5, in each item");
  CHECK(near(mse_loss(wrong, zeros({4, 4}), {.weights = weights}), 0.4));
}
