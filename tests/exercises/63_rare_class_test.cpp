#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

Tensor score_of(const std::vector<double>& chances, double weight) {
  std::vector<Real> z;
  for (const double p : chances) z.push_back(std::log(weight * p / (1 - p)));
  return Tensor({static_cast<int>(z.size()), 1}, z);
}

}  // namespace

TEST_CASE("the true chance") {
  const Tensor got = exercise::probability(score_of({0.03, 0.25, 0.9}, 32), 32);
  CHECK_MESSAGE(!near(got, sigmoid(score_of({0.03, 0.25, 0.9}, 32))),
                "these are the numbers of the weighted network: the weight has to come off first");
  CHECK_MESSAGE(!near(got, sigmoid(score_of({0.03, 0.25, 0.9}, 32)) / 32),
                "the weight multiplies the odds, and not the probability");
  CHECK_MESSAGE(!near(got, sigmoid(score_of({0.03, 0.25, 0.9}, 32 * 32))),
                "the weight was added a second time: its logarithm must come off");
  CHECK(near(got, tensor({{0.03}, {0.25}, {0.9}})));
  INFO("a weight of 1 is no weight");
  CHECK(near(exercise::probability(score_of({0.03, 0.25}, 1), 1), tensor({{0.03}, {0.25}})));
}

TEST_CASE("the cheaper answer") {
  // A miss costs 4, so "rare" is cheaper from a chance of 1 / 5 on.
  for (const double weight : {1., 32.}) {
    const Tensor got = exercise::named(score_of({0.15, 0.19, 0.21, 0.24, 0.4, 0.6}, weight), weight, 4);
    INFO("a weight of " << weight << ", chances 0.15, 0.19, 0.21, 0.24, 0.4, 0.6; a miss costs 4");
    CHECK_MESSAGE(!near(got, tensor({{1}, {1}, {1}, {1}, {1}, {1}})),
                  "weights and costs are both counted: use the true chance");
    CHECK_MESSAGE(!near(got, tensor({{0}, {0}, {0}, {0}, {0}, {1}})),
                  "this is the threshold 0.5: where are the costs?");
    CHECK_MESSAGE(
        !near(got, tensor({{0}, {0}, {0}, {0}, {1}, {1}})),
        "this is the threshold 1 / missed_cost: a right alarm costs nothing, so compare 4 p with 1 - p");
    CHECK(near(got, tensor({{0}, {0}, {1}, {1}, {1}, {1}})));
  }
}

TEST_CASE("what it costs") {
  const Tensor z = score_of({0.01, 0.1, 0.3, 0.8}, 9), y = tensor({{0}, {1}, {0}, {1}});
  const double got = exercise::cost(z, y, 9, 4);
  CHECK_MESSAGE(!near(got, 5), "this is the sum: give the mean over the examples");
  CHECK_MESSAGE(!near(got, 0.5), "a miss costs as much as a false alarm here: it should cost missed_cost");
  INFO("one miss, one false alarm, four examples");
  CHECK(near(got, 5 / 4.));
}

TEST_CASE("the order") {
  CHECK(near(exercise::average_precision(tensor({{0.1}, {0.4}, {0.35}, {0.8}}), tensor({{0}, {0}, {1}, {1}})),
             (1 + 2 / 3.) / 2));
  INFO("all scores are equal: the share of the rare class, in whichever order the data stands");
  CHECK(near(exercise::average_precision(tensor({{1}, {1}, {1}, {1}}), tensor({{1}, {0}, {0}, {0}})), 0.25));
  CHECK(near(exercise::average_precision(tensor({{1}, {1}, {1}, {1}}), tensor({{0}, {0}, {0}, {1}})), 0.25));
}
