#include EXERCISE
#include "check.hpp"

using namespace tg;

TEST_CASE("equal costs, no weights") {
  const double got = exercise::cheapest_threshold(1, 1, 0.03);
  CHECK_MESSAGE(!near(std::abs(got), std::log(0.97 / 0.03)),
                "the share is counted twice: the network has learned it, and it is in the score already");
  INFO("both answers cost the same where the chance is 0.5");
  CHECK(near(got, 0));
}

TEST_CASE("a missed one costs more") {
  for (const double share : {0.5, 0.03}) {
    const double got = exercise::cheapest_threshold(20, 1, share);
    CHECK_MESSAGE(!near(got, std::log(20.0)),
                  "a dear miss must make \"rare\" be said earlier, at a lower score");
    INFO("at the threshold, 20 times the chance of a miss is the chance of a false alarm");
    CHECK(near(20 * sigmoid(tensor(got)).item(), 1 - sigmoid(tensor(got)).item()));
  }
}

TEST_CASE("with weights") {
  const double got = exercise::cheapest_threshold(20, 32, 0.03);
  CHECK_MESSAGE(
      !near(got, -std::log(20.0)),
      "weights and costs are both counted: the weights have moved every score, and the threshold must follow");
  CHECK_MESSAGE(!near(got, -std::log(20.0) - std::log(32.0)),
                "the weights have moved every score up, and not down");
  CHECK(near(got, std::log(32.0 / 20)));
  INFO("a weight that equals the cost: then 0 is right, a probability of 0.5");
  CHECK(near(exercise::cheapest_threshold(7, 7, 0.2), 0));
}

TEST_CASE("no other threshold is cheaper") {
  // True chances, and the scores that a network with a weight of 9 gives them.
  const double weight = 9, cost = 5;
  double least = 1e9, at_answer = 0;
  const auto paid = [&](double threshold) {
    double sum = 0;
    for (int i = 1; i < 200; ++i) {
      const double p = i / 200.;
      sum += std::log(weight * p / (1 - p)) > threshold ? 1 - p : cost * p;
    }
    return sum;
  };
  for (double t = -8; t < 8; t += 0.01) least = std::min(least, paid(t));
  at_answer = paid(exercise::cheapest_threshold(cost, weight, 0.5));
  INFO("199 examples with chances from 0.005 to 0.995");
  CHECK(near(at_answer, least));
}
