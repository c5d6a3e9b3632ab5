#include EXERCISE
#include "check.hpp"

using namespace tg;

TEST_CASE("padding does not count") {
  const Tensor mean = exercise::masked_mean(tensor({1, 2, 3, 0.5, 7, 7}), tensor({1, 1, 1, 1, 0, 0}));
  CHECK_MESSAGE(
      !near(mean, 6.5 / 6),
      "6.5 / 6: that divides by all positions, so more padding makes a smaller loss. Four values count");
  CHECK_MESSAGE(!near(mean, 20.5 / 6), "20.5 / 6: the padding's 7 and 7 are in the sum");
  CHECK(near(mean, 6.5 / 4));
}

TEST_CASE("a value counts the same in a long row and in a short one") {
  const Tensor mean = exercise::masked_mean(tensor({{1, 2, 3}, {5, 9, 9}}), tensor({{1, 1, 1}, {1, 0, 0}}));
  CHECK_MESSAGE(
      !near(mean, 3.5),
      "(2 + 5) / 2: the mean of the rows' means, in which the one value of the short row counts three "
      "times as much as one of the long row. Here each value counts the same");
  CHECK(near(mean, 11. / 4));
  INFO("a row without any value is no empty mask, as long as others have some");
  CHECK(near(exercise::masked_mean(tensor({{1, 2}, {9, 9}}), tensor({{1, 1}, {0, 0}})), 1.5));
}

TEST_CASE("the gradient") {
  const auto slope = [](int padded) {
    const Tensor values = pad(tensor({1, 2}), 0, 0, padded, 7).requires_grad(true);
    return grad(exercise::masked_mean(values, pad(ones({2}), 0, 0, padded)), {values})[0];
  };
  INFO("of two values that count, each moves the mean by a half, and padding moves it by 0");
  CHECK(near(slope(0), tensor({0.5, 0.5})));
  CHECK(near(slope(2), tensor({0.5, 0.5, 0, 0})));
  const auto f = [](Inputs in) { return exercise::masked_mean(in[0] * in[0], tensor({{1, 1}, {1, 0}})); };
  CHECK(gradients_right(f, {tensor({{1, -2}, {0.5, 3}})}));
}

TEST_CASE("not a number") {
  const double infinite = std::numeric_limits<double>::infinity(), not_a_number = std::nan("");
  const Tensor values = tensor({1, not_a_number, 4, infinite}).requires_grad(true);
  const Tensor mean = exercise::masked_mean(values, tensor({1, 0, 1, 0}));
  {
    INFO("0 * NaN is NaN, and so is 0 times infinity: choose by the mask with where, do not multiply by it");
    CHECK(near(mean, 2.5));
    CHECK(near(grad(mean, {values})[0], tensor({0.5, 0, 0.5, 0})));
  }
  INFO("a NaN that counts must come through: ask the mask what to leave out, not the values");
  CHECK(std::isnan(exercise::masked_mean(tensor({1, not_a_number, 4}), tensor({1, 1, 0})).item()));
}

TEST_CASE("a mask that selects nothing") {
  std::string refusal;
  Tensor mean;
  try {
    mean = exercise::masked_mean(tensor({{1, 2}, {3, 4}}), zeros({2, 2}));
  } catch (const Error& error) {
    refusal = error.what();
  }
  if (mean.defined()) {
    CHECK_MESSAGE(!std::isnan(mean.item()),
                  "0/0 is NaN: one training step on this batch, and every weight of the model is NaN");
    CHECK_MESSAGE(mean.item() != 0,
                  "0 for a batch without a letter looks like a perfect batch, and hides where it came from");
  }
  INFO("the engine's losses refuse such a mask: call tg::fail");
  CHECK(!refusal.empty());
}
