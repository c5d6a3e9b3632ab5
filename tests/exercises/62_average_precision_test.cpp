#include EXERCISE
#include "check.hpp"

using namespace tg;

TEST_CASE("by hand") {
  // The list is rare, not, rare, not: the precisions at the rare ones are 1/1 and 2/3.
  const double got = exercise::average_precision({0.1, 0.4, 0.35, 0.8}, {0, 0, 1, 1});
  CHECK_MESSAGE(!near(got, (1 + 2 / 3.) / 4),
                "this is divided by all examples: the mean is over the rare ones");
  CHECK_MESSAGE(!near(got, (1 + 0.5 + 2 / 3. + 0.5) / 4),
                "this is the mean over all examples: take it over the rare ones");
  CHECK_MESSAGE(!near(got, (0.5 + 0.5) / 2), "this begins at the lowest score: the highest comes first");
  CHECK(near(got, (1 + 2 / 3.) / 2));
}

TEST_CASE("the best and the worst order") {
  CHECK(near(exercise::average_precision({5, 4, 3, 2, 1}, {1, 1, 0, 0, 0}), 1));
  CHECK(near(exercise::average_precision({5, 4, 3, 2, 1}, {0, 0, 0, 1, 1}), (1 / 4. + 2 / 5.) / 2));
}

TEST_CASE("ties") {
  const double first = exercise::average_precision({1, 1, 1, 1}, {1, 0, 0, 0}),
               last = exercise::average_precision({1, 1, 1, 1}, {0, 0, 0, 1});
  {
    INFO("equal scores: the order of the data must not decide");
    CHECK(near(first, last));
  }
  INFO("all scores are equal: the answer is the share of the rare class");
  CHECK(near(first, 0.25));
  CHECK(near(exercise::average_precision({3, 2, 2, 2, 1}, {0, 1, 0, 1, 1}), (2 * 2 / 4. + 3 / 5.) / 3));
}

TEST_CASE("scores, not probabilities") {
  INFO("scores may be negative, and only their order counts");
  CHECK(near(exercise::average_precision({-9, -600, -650, -2}, {0, 0, 1, 1}), (1 + 2 / 4.) / 2));
}
