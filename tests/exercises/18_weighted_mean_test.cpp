#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

using exercise::Part;

// Three parts of a batch; at padded places the losses are 100.
const Part first = {tensor({{1, 2, 3}, {10, 100, 100}}), tensor({{1, 2, 4}}), tensor({{1, 1, 1}, {1, 0, 0}})};
const Part second = {tensor({{5, 7, 100}}), tensor({{5, 1, 1}}), tensor({{1, 1, 0}})};
const Part padding = {tensor({{100, 100, 100}}), tensor({{1, 2, 4}}), zeros({1, 3})};

}  // namespace

TEST_CASE("one part") {
  // sum of w L: 1 + 4 + 12 + 10 = 27, sum of w: 1 + 2 + 4 + 1 = 8
  const Tensor mean_of_first = exercise::weighted_mean({first});
  CHECK_MESSAGE(
      !near(mean_of_first, 27. / 6),
      "the sum was divided by all 6 places, padding included: that is a mean of w L, which grows with the weights. Divide by the sum of the weights");
  CHECK_MESSAGE(
      !near(mean_of_first, 27. / 4),
      "the sum was divided by the 4 real places, as the losses' `mean` does: losses that are all 1 would not cost 1. Divide by the sum of their weights");
  CHECK_MESSAGE(
      !near(mean_of_first, 27. / 14),
      "the weights of padded places are in the denominator: take those of real places alone, as above the line");
  CHECK_MESSAGE(
      !near(mean_of_first, 27. / 7),
      "the row of weights was added up once, but it holds for both items: choose with the mask [B,T] before the sum");
  CHECK_MESSAGE(!near(mean_of_first, 16. / 4),
                "the losses were not weighted: that is the mean under the mask");
  CHECK_MESSAGE(!near(mean_of_first, 627. / 14), "the padding was taken in: its losses of 100 are no losses");
  CHECK(near(mean_of_first, 27. / 8));
}

TEST_CASE("losses that are all 1") {
  for (const double factor : {1., 50.}) {
    const Part part = {ones({2, 3}), factor * tensor({{1, 2, 4}, {1, 1, 8}}), tensor({{1, 1, 1}, {1, 1, 0}})};
    INFO("they cost 1, whatever the weights");
    CHECK(near(exercise::weighted_mean({part}), 1));
  }
}

TEST_CASE("NaN in the padding") {
  const Tensor nan = tensor({{2, NAN, INFINITY}, {4, NAN, 6}}).requires_grad(true);
  const Tensor mean = exercise::weighted_mean({{nan, tensor({{1, 1, 3}}), tensor({{1, 0, 0}, {1, 0, 1}})}});
  {
    INFO(
        "0 times NaN is NaN, so multiplying by the mask does not take it out: choose with where(mask, .., 0)");
    REQUIRE(near(mean, 24. / 5));
  }
  {
    INFO("keep both sums Tensors: plain numbers have no gradient");
    REQUIRE(mean.requires_grad());
  }
  INFO("at padded places the gradient is 0, at real ones w / sum of w");
  CHECK(near(grad(mean, {nan})[0], tensor({{0.2, 0, 0}, {0.2, 0, 0.6}})));
}

TEST_CASE("parts give the whole") {
  // 27 / 8, and (5 5 + 1 7) / (5 + 1) = 32 / 6: together 59 / 14
  const Tensor mean = exercise::weighted_mean({first, second});
  CHECK_MESSAGE(
      !near(mean, (27. / 8 + 32. / 6) / 2),
      "a mean of means: the first part weighs 8 and the second 6, but both counted alike. Add up numerators and denominators, and divide once");
  CHECK_MESSAGE(!near(mean, 27. / 8 + 32. / 6),
                "the means of the parts were added up: add up numerators and denominators, and divide once");
  CHECK_MESSAGE(
      !near(mean, (27. / 8 * 4 + 32. / 6 * 2) / 6),
      "the means of the parts were weighed by how many real places each has: what counts is the sum of its weights");
  CHECK(near(mean, 59. / 14));
  INFO("the order of the parts does not matter");
  CHECK(near(exercise::weighted_mean({second, first}), 59. / 14));
}

TEST_CASE("a part that is all padding") {
  INFO("it adds 0 above the line and 0 below, and has no mean of its own: that would be 0 / 0");
  CHECK(near(exercise::weighted_mean({first, padding}), 27. / 8));
  CHECK(near(exercise::weighted_mean({padding, first, second}), 59. / 14));
}

TEST_CASE("gradients") {
  manual_seed(5);
  const Tensor weights = uniform({4, 6}, 0.5, 2), mask = sequence_mask({6, 2, 0, 5}, 6),
               losses = uniform({4, 6}, 0, 3);
  const auto cut = [&](Inputs in, const std::vector<int>& ends) {
    std::vector<Part> parts;
    for (int start = 0; const int end : ends) {
      parts.push_back(
          {slice(in[0], 0, start, end), slice(weights, 0, start, end), slice(mask, 0, start, end)});
      start = end;
    }
    return exercise::weighted_mean(parts);
  };
  INFO("however the batch is cut");
  for (const std::vector<int>& ends : {std::vector<int>{4}, {1, 4}, {1, 2, 3, 4}}) {
    CHECK(near(cut({losses}, ends), cut({losses}, {4})));
    CHECK(gradients_right([&](Inputs in) { return cut(in, ends); }, {losses}));
  }
}
