#include EXERCISE
#include "check.hpp"

using namespace tg;

TEST_CASE("a softmax head") {
  INFO("P of a row of scores is their softmax, over the classes: over the last axis");
  CHECK(near(exercise::predict_proba(tensor({{0, 0}, {0, 1}})),
             tensor({{0.5, 0.5}, {0.2689414213699951, 0.7310585786300049}})));
  CHECK(near(exercise::predict_proba(tensor({{0, 0, 0}})), tensor({{1. / 3, 1. / 3, 1. / 3}})));
}

TEST_CASE("a sigmoid head gives two columns") {
  const Tensor p = exercise::predict_proba(tensor({{0}, {1}, {-3}}));
  {
    INFO("a column for each class: one score [N,1] becomes [N,2]");
    CHECK_MESSAGE(!near(p, ones({3, 1})),
                  "a softmax over one column is always 1: a sigmoid head needs its own case");
    REQUIRE(fmt::format("{}", p.shape()) == "[3, 2]");
  }
  const Tensor needed = tensor(
      {{0.5, 0.5}, {0.2689414213699951, 0.7310585786300049}, {0.9525741268224334, 0.04742587317756678}});
  CHECK_MESSAGE(!near(p, flip(needed, 1)),
                "the columns are exchanged: column 1 is P(1) = sigmoid(score), column 0 is P(0)");
  CHECK(near(p, needed));
}

TEST_CASE("far from 0") {
  const Tensor p = exercise::predict_proba(tensor({{40}, {-1000}}));
  INFO("1 - p has no digits left where p rounds to 1: P(0) is the sigmoid of minus the score");
  CHECK(near(p.at({0, 0}) / 4.248354255291589e-18, 1));
  CHECK(near(slice(p, 0, 1, 2), tensor({{1, 0}})));
}

TEST_CASE("both heads are one model") {
  manual_seed(1);
  const Tensor z = 3 * randn({7, 1});
  INFO("a score z says the same as two scores 0 and z");
  CHECK(near(exercise::predict_proba(z), exercise::predict_proba(concat({0 * z, z}, 1))));
  CHECK(near(sum(exercise::predict_proba(z), 1), ones({7})));
}

TEST_CASE("gradients") {
  const auto f = [](Inputs in) { return exercise::predict_proba(in[0]); };
  INFO("gradients flow through: make the columns of Tensor operations");
  CHECK(gradients_right(f, {tensor({{-1}, {0.5}, {2}})}));
  CHECK(gradients_right(f, {tensor({{-1, 0.5, 2}, {1, 1, 0}})}));
}
