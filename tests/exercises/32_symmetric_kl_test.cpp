#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

Tensor both_ways(const Tensor& p, const Tensor& q) { return sum((p - q) * log(p / q), -1); }
Tensor clipped(const Tensor& x) { return clamp(x, 1e-7, 1); }

// Scores whose softmax is p = (.5 .5) and q = (.9 .1), the lesson's, whatever is added to all of a row.
const Tensor half = log(tensor({{0.5, 0.5}})) + 2, nine = log(tensor({{0.9, 0.1}})) + 3;

}  // namespace

TEST_CASE("a number for each row") {
  const Tensor d =
      exercise::symmetric_kl(tensor({{0, 1}, {2, 0}, {-1, 0}}), tensor({{1, 0}, {2, 0}, {0, 0}}));
  REQUIRE(d.defined());
  const std::string shape = fmt::format("{}", d.shape());
  CHECK_MESSAGE(shape != "[2]",
                "summed over the rows: a column is no embedding. The sum is over the last axis");
  CHECK_MESSAGE(shape != "[]",
                "summed over everything: the loss needs a distance for each pair, not their sum");
  CHECK_MESSAGE(shape != "[3, 1]",
                "a column of distances meets every label of a row of labels, as the asker's did: give [N]");
  INFO("scores [3, 2] have three distances");
  REQUIRE(shape == "[3]");
}

TEST_CASE("the lesson's p and q") {
  const Tensor got = exercise::symmetric_kl(half, nine);
  CHECK_MESSAGE(
      !near(got, both_ways(clipped(half), clipped(nine))),
      "the scores were clipped, as the asker did. What is clipped has no gradient, and is no distribution");
  CHECK_MESSAGE(
      !near(got, both_ways(half, nine)),
      "the scores were taken for probabilities. KL compares distributions: take their softmax first");
  CHECK_MESSAGE(!near(got, both_ways(exp(half), exp(nine))),
                "e^score is positive, but does not add up to 1: divide by the sum, as a softmax does");
  CHECK_MESSAGE(
      !near(got, both_ways(softplus(half), softplus(nine))),
      "softplus makes numbers positive, but they do not add up to 1: a softmax makes a distribution");
  CHECK_MESSAGE(!near(got, tensor({0.5108256238})),
                "this is KL(p || q) alone: it changes when the two recordings change places. Add KL(q || p)");
  CHECK_MESSAGE(!near(got, tensor({0.3680642072})),
                "this is KL(q || p) alone: it changes when the two recordings change places. Add KL(p || q)");
  CHECK_MESSAGE(
      !near(got, tensor({0.2 * std::log(9)})),
      "half of it: the sum is needed, over c and of both directions; a mean changes what a margin means");
  CHECK(near(got, tensor({0.4 * std::log(9)})));
}

TEST_CASE("each row by itself") {
  manual_seed(1);
  const Tensor a = 2 * randn({4, 3}), b = 2 * randn({4, 3});
  const Tensor d = exercise::symmetric_kl(a, b);
  for (int row = 0; row < 4; ++row) {
    INFO("row " << row
                << " alone gives another distance than among others: softmax and sum are over the last axis");
    CHECK(near(exercise::symmetric_kl(slice(a, 0, row, row + 1), slice(b, 0, row, row + 1)),
               slice(d, 0, row, row + 1)));
  }
  {
    INFO("adding a number to all scores of a row changes no probability, so no distance");
    CHECK(near(exercise::symmetric_kl(a + 7, b - 5), d));
  }
  INFO("whether two people are the same does not depend on who comes first");
  CHECK(near(exercise::symmetric_kl(b, a), d));
}

TEST_CASE("0 for equal rows, never below") {
  manual_seed(2);
  const Tensor a = 5 * randn({50, 4}), b = 5 * randn({50, 4});
  CHECK(near(exercise::symmetric_kl(a, a), zeros({50})));
  INFO("for distributions neither direction is ever negative (Gibbs)");
  CHECK(tg::min(exercise::symmetric_kl(a, b)).item() > 0);
}

TEST_CASE("far apart") {
  const auto distance = [](const Tensor& x, const Tensor& y) {
    return exercise::symmetric_kl(reshape(x, {1, 2}), reshape(y, {1, 2})).item();
  };
  const double at_40 = distance(tensor({0, 40}), tensor({40, 0}));
  CHECK_MESSAGE(
      (at_40 < 30 || at_40 > 33),
      "p was clipped near 1e-7: from there on distances no longer grow, and nothing has a gradient");
  CHECK(near(at_40, 80, 1e-6));
  const Tensor a = tensor({0, 1000}).requires_grad(true);
  {
    INFO(
        "a probability of e^-1000 is 0 and its logarithm -infinity: take ln p from the scores, by log_softmax");
    CHECK(near(distance(a, tensor({1000, 0})), 2000));
  }
  INFO("far apart, the distance still falls by 1 for each step of a score towards the other");
  const Tensor one = exercise::symmetric_kl(reshape(a, {1, 2}), tensor({{1000, 0}}));
  CHECK(near(grad(sum(one), {a})[0], tensor({-1, 1})));
}

TEST_CASE("gradients") {
  manual_seed(3);
  const auto f = [](Inputs in) { return exercise::symmetric_kl(in[0], in[1]); };
  INFO("both embeddings come from the network, and both need a gradient: use Tensor operations on both");
  CHECK(gradients_right(f, {randn({3, 4}), randn({3, 4})}, true));
}
