#include EXERCISE
#include "check.hpp"

namespace {

using Distances = std::vector<double>;

double rate(const Distances& same, const Distances& different) {
  return exercise::equal_error_rate(same, different).rate;
}
double threshold(const Distances& same, const Distances& different) {
  return exercise::equal_error_rate(same, different).threshold;
}

Distances times(double factor, Distances distances) {
  for (double& d : distances) d *= factor;
  return distances;
}

Distances repeated(int count, const Distances& distances) {
  Distances all;
  for (int i = 0; i < count; ++i) all.insert(all.end(), distances.begin(), distances.end());
  return all;
}

}  // namespace

TEST_CASE("perfect distances") {
  const Distances same = {2, 1}, different = {9, 5};
  CHECK_MESSAGE(
      !near(rate(same, different), 1),
      "1 on perfect distances: a distance is small for the same speaker; you took the larger for the same");
  CHECK_MESSAGE(
      !near(rate(same, different), 0.5),
      "0.5 on perfect distances: a threshold that does not come from the distances, or labels that meet them all");
  CHECK(near(rate(same, different), 0));
  INFO("where nothing is between the kinds, the threshold is halfway between them");
  CHECK(near(threshold(same, different), 3.5));
}

TEST_CASE("one error of each kind") {
  const Distances same = {0.1, 0.2, 0.3, 0.6}, different = {0.4, 0.5, 0.7, 0.8};
  CHECK_MESSAGE(
      !near(rate(same, different), 0.5),
      "0.5 is what is accepted where no same pair is rejected: one of the two rates. Find where both are equal");
  CHECK_MESSAGE(
      !near(rate(same, different), 0),
      "0 is the smaller of the two rates at some threshold: any rate can be 0 if the other does not count");
  CHECK_MESSAGE(
      !near(rate(same, different), 0.125),
      "both errors were divided by the number of all pairs: rejected is a share of the same pairs, accepted of the different ones");
  CHECK(near(rate(same, different), 0.25));
  CHECK(near(threshold(same, different), 0.45));
}

TEST_CASE("few pairs, and not as many of each kind") {
  const Distances same = {1, 3}, different = {2, 4, 5};
  CHECK_MESSAGE(
      !near(rate(same, different), 5. / 12),
      "the mean of both shares where they are nearest to each other: take straight lines between two steps instead");
  CHECK_MESSAGE(!near(rate(same, different), 1. / 6),
                "the mean of both shares after the step: take straight lines from the shares before it");
  CHECK(near(rate(same, different), 1. / 3));
  CHECK(near(threshold(same, different), 3.5));
}

TEST_CASE("distances the wrong way round") {
  INFO(
      "if all different speakers are closer, each threshold with equal shares errs in all pairs: a rate of 1, not 0");
  CHECK(near(rate({5, 9}, {1, 2}), 1));
  CHECK(near(rate({2}, {1}), 1));
}

TEST_CASE("ties") {
  const double got = rate({1, 2, 2}, {2, 2, 3});
  CHECK_MESSAGE(
      !near(got, 0),
      "0: no threshold tells equal distances apart, yours let the same pairs in first. Take a tie as one step");
  CHECK_MESSAGE(
      !near(got, 2. / 3),
      "2/3: no threshold tells equal distances apart, yours let different pairs in first. Take a tie as one step");
  CHECK(near(got, 1. / 3));
  CHECK(near(threshold({1, 2, 2}, {2, 2, 3}), 2.5));
  {
    INFO("at 2 rejected falls from 1 to 0 while accepted rises to 1/3: the lines meet at 3/4 of 1/3");
    CHECK(near(rate({2, 2}, {2, 3, 4}), 0.25));
  }
  INFO(
      "if all distances are equal there is one step, from (1, 0) to (0, 1): the lines meet at 0.5, which is guessing");
  CHECK(near(rate({1, 1}, {1, 1, 1}), 0.5));
  CHECK(near(threshold({1, 1}, {1, 1, 1}), 1));
}

TEST_CASE("more pairs of one kind change nothing") {
  const Distances same = {1, 3, 4, 8}, different = {2, 6, 7, 9, 10};
  const exercise::Crossing once = exercise::equal_error_rate(same, different),
                           more = exercise::equal_error_rate(same, repeated(20, different));
  INFO(
      "most pairs are of different speakers: an error rate over all pairs, as an accuracy is, hardly sees the others");
  CHECK(near(more.rate, once.rate));
  CHECK(near(more.threshold, once.threshold));
}

TEST_CASE("any unit") {
  const Distances same = {1, 3, 4, 8}, different = {2, 6, 7, 9, 10};
  for (const double factor : {1e-4, 0.1, 300.0}) {
    INFO("all distances times " << factor
                                << ": the rate stays, and the threshold goes along. It is found, not fixed");
    REQUIRE(near(rate(times(factor, same), times(factor, different)), 0.25));
    REQUIRE(near(threshold(times(factor, same), times(factor, different)) / factor, 6.5));
  }
}

TEST_CASE("shares that are equal on paper") {
  for (int count = 3; count < 40; ++count) {
    Distances same, different;
    for (int i = 1; i <= count; ++i) same.push_back(i), different.push_back(1000 + i);
    {
      INFO(
          count
          << " pairs of each kind: 1 - 1/n - 1/n - .. does not end at 0 exactly, so the walk goes a step too far."
             " Count, and divide once");
      REQUIRE(near(rate(same, different), 0));
      REQUIRE(near(threshold(same, different), (count + 1001) / 2.));
    }
    same.back() = 5000, different.front() = 500;
    INFO("after 500 both shares are 1/"
         << count << ", but 1 - (n-1)/n is not exactly 1/n: count the pairs beyond, too");
    REQUIRE(near(rate(same, different), 1. / count));
    REQUIRE(near(threshold(same, different), 751));
  }
}
