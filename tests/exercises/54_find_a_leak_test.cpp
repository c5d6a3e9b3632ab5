#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

constexpr int B = 2, T = 4, C = 3;

Indices targets() { return Indices({B, T}, {0, 2, 1, 1, 2, 2, 0, 1}); }

// Scores at place t: weight[t][u] for the id of target u. So a leak is a number on or right of the diagonal.
exercise::ScoresOf model(const std::vector<double>& weight) {
  return [weight](const Indices& y) {
    std::vector<Real> scores;
    for (int b = 0; b < y.dim(0); ++b)
      for (int t = 0; t < T; ++t)
        for (int c = 0; c < C; ++c) {
          double score = 0.1 * c;
          for (int u = 0; u < T; ++u)
            score += weight[static_cast<std::size_t>(t * T + u)] * (y.at({b, u}) == c);
          scores.push_back(score);
        }
    return Tensor({y.dim(0), T, C}, scores);
  };
}

double found(const std::vector<double>& weight) { return exercise::leak(model(weight), targets(), C); }

}  // namespace

TEST_CASE("a model without a leak") {
  INFO("each place uses earlier targets, as it may: later places change, and that is no leak");
  CHECK(near(found({0, 0, 0, 0,  //
                    5, 0, 0, 0,  //
                    1, 2, 0, 0,  //
                    3, 1, 4, 0}),
             0));
}

TEST_CASE("a missing shift") {
  INFO("each score sees its own target: the scores for target k must not change with target k");
  CHECK(near(found({2, 0, 0, 0,  //
                    0, 2, 0, 0,  //
                    0, 0, 2, 0,  //
                    0, 0, 0, 2}),
             2));
}

TEST_CASE("one place alone") {
  for (int t = 0; t < T; ++t)
    for (int u = t; u < T; ++u) {
      std::vector<double> weight(T * T);
      weight[static_cast<std::size_t>(t * T + u)] = 1;
      INFO("the scores at place " << t << " see target " << u
                                  << " and nothing else: try every k, and look at every place up to it");
      CHECK(near(found(weight), 1));
    }
}

TEST_CASE("a small leak") {
  std::vector<double> weight(T * T);
  weight[1] = 1e-3;
  INFO("the highest score stays the highest: compare the scores themselves");
  CHECK(near(found(weight), 1e-3));
}

TEST_CASE("a score that only falls") {
  // Where target 1 is not 2, as it is in both rows, all scores at place 0 are lower.
  const auto scores_of = [](const Indices& y) {
    std::vector<Real> scores(static_cast<std::size_t>(y.dim(0)) * T * C);
    for (int b = 0; b < y.dim(0); ++b)
      for (int c = 0; c < C; ++c)
        scores[static_cast<std::size_t>(b * T * C + c)] = y.at({b, 1}) == 2 ? 0 : -3;
    return Tensor({y.dim(0), T, C}, scores);
  };
  INFO("a change downwards is a change");
  CHECK(near(exercise::leak(scores_of, targets(), C), 3));
}

TEST_CASE("every id becomes another one") {
  for (int id = 0; id < C; ++id) {
    std::vector<double> weight(T * T);
    weight[2] = 1;
    INFO("all targets are " << id << ": an id that was it already is not changed");
    CHECK(near(exercise::leak(model(weight), Indices({1, T}, std::vector<int>(T, id)), C), 1));
  }
}
