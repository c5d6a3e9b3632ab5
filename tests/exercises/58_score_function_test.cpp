#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

const std::vector<double> costs = {3, -1, 0.5};

Tensor scores_of_choice() { return tensor({0.3, -0.8, 1.1}).requires_grad(true); }

Tensor costs_of(const std::vector<int>& drawn, double shift = 0) {
  std::vector<double> numbers;
  for (const int choice : drawn) numbers.push_back(costs[static_cast<std::size_t>(choice)] + shift);
  return tensor(numbers);
}

Tensor estimate(const std::vector<int>& drawn, double shift = 0) {
  const Tensor scores = scores_of_choice();
  return grad(exercise::score_loss(scores, indices(drawn), costs_of(drawn, shift)), {scores})[0];
}

// The mean of the estimate over all sets of n draws, each with its chance.
Tensor mean_estimate(int n) {
  const Tensor p = softmax(scores_of_choice()).detach();
  int sets = 1;
  for (int i = 0; i < n; ++i) sets *= 3;
  Tensor total = zeros({3});
  for (int set = 0; set < sets; ++set) {
    std::vector<int> drawn;
    double chance = 1;
    for (int i = 0, rest = set; i < n; ++i, rest /= 3) {
      drawn.push_back(rest % 3);
      chance *= p.at({rest % 3});
    }
    total = total + chance * estimate(drawn);
  }
  return total;
}

Tensor exact() {
  const Tensor scores = scores_of_choice();
  return grad(sum(softmax(scores) * tensor(costs)), {scores})[0];
}

}  // namespace

TEST_CASE("right on average") {
  for (const int n : {2, 3}) {
    INFO("all sets of " << n << " draws, each with its chance: their mean must be the exact gradient");
    const Tensor got = mean_estimate(n);
    CHECK_MESSAGE(!near(got, exact() * (n - 1.) / n),
                  "this is (N - 1) / N of the gradient: the mean of the draws holds the draw's own cost");
    CHECK_MESSAGE(!near(got, exact() * n), "this is the sum over the draws: take the mean");
    CHECK_MESSAGE(!near(got, -exact()), "this goes uphill: the sign is turned");
    CHECK_MESSAGE(!near(got, exact() * n / (n - 1.)), "the factor is there twice, or where it is not needed");
    CHECK(near(got, exact()));
  }
}

TEST_CASE("the baseline") {
  INFO("a constant that is added to all costs must change nothing: that is what a baseline is for");
  CHECK(near(estimate({0, 2, 2}, 1000), estimate({0, 2, 2}), 1e-9));
  INFO("where all draws cost the same there is nothing to learn");
  CHECK(near(estimate({1, 1}), zeros({3})));
}

TEST_CASE("a cost is a number") {
  const Tensor scores = scores_of_choice();
  const Tensor from_scores = take(scores * scores, indices({0, 2}));  // costs with a gradient of their own
  const Tensor got = grad(exercise::score_loss(scores, indices({0, 2}), from_scores), {scores})[0];
  const Tensor needed =
      grad(exercise::score_loss(scores, indices({0, 2}), from_scores.detach()), {scores})[0];
  INFO("a gradient went through the cost: it must count as a number");
  CHECK(near(got, needed));
}

TEST_CASE("a single number") {
  const Tensor scores = scores_of_choice();
  CHECK(exercise::score_loss(scores, indices({0, 1, 2, 0}), costs_of({0, 1, 2, 0})).size() == 1);
}
