#include "support/reliability.hpp"

#include <doctest/doctest.h>

#include "../support.hpp"
#include "support/figure/csv.hpp"

TEST_CASE("reliability: groups, what was said and what happened, and the error by hand") {
  const std::vector<tg::Real> p = {0.11F, 0.14F, 0.92F, 1, 0.95F};
  const std::vector<int> happened = {0, 1, 1, 1, 0};
  const lesson::Reliability found = lesson::reliability(p, happened, 10);
  CHECK(found.counts == std::vector<int>{2, 3});
  CHECK(found.numbers == std::vector<int>{1, 9});
  CHECK(close(found.said[0], 0.125, 1e-6));
  CHECK(close(found.happened[0], 0.5, 1e-6));
  CHECK(close(found.said[1], 2.87 / 3, 1e-6));
  CHECK(close(found.ece, (2 * 0.375 + (2.87 - 2)) / 5, 1e-6));
  CHECK(lesson::reliability(p, happened, 1).counts == std::vector<int>{5});
}

TEST_CASE("reliability: probabilities that are true have the error of luck, and others more") {
  tg::RandomStream random(5);
  std::vector<tg::Real> p;
  std::vector<int> happened, often;
  for (int i = 0; i < 4000; ++i) {
    p.push_back(static_cast<tg::Real>(random.uniform()));
    happened.push_back(random.uniform() < p.back() ? 1 : 0);
    often.push_back(random.uniform() < std::sqrt(p.back()) ? 1 : 0);
  }
  const double luck = lesson::ece_by_luck(p);
  CHECK(luck > 0.002);
  CHECK(luck < 0.03);
  CHECK(lesson::reliability(p, happened).ece < 2 * luck);
  CHECK(lesson::reliability(p, often).ece > 5 * luck);
}

TEST_CASE("reliability: raw scores and lists of other lengths are refused") {
  const std::vector<tg::Real> scores = {0.5F, 1.7F};
  const std::vector<int> two = {0, 1}, one = {1};
  CHECK(fails_with([&] { lesson::reliability(scores, two); }, "probability 1 is 1.7"));
  CHECK(fails_with([&] { lesson::reliability(scores, one); }, "2 probabilities and 1 outcomes"));
  CHECK(fails_with([&] { lesson::reliability({}, {}); }, "0 probabilities"));
  CHECK(fails_with([&] { lesson::reliability(std::span(scores).first(1), one, 0); }, "groups is 0"));
}

TEST_CASE("reliability: a panel has a point for each group, the median of the runs, with their range") {
  const std::vector<lesson::Reliability> runs = {
      {.numbers = {1, 9}, .said = {0.1, 0.9}, .happened = {0, 1}, .counts = {1, 1}},
      {.numbers = {9}, .said = {0.92}, .happened = {0.7}, .counts = {1}},
      {.numbers = {9}, .said = {0.94}, .happened = {0.8}, .counts = {1}}};
  lesson::Figure figure("reliability", "Above the diagonal.");
  lesson::draw_reliability(figure, "three runs", runs);
  CHECK(lesson::csv_of(figure.drawing()) ==
        "panel,series,x,y\n"
        "three runs,calibrated,0,0\nthree runs,calibrated,1,1\n"
        "three runs,measured,0.1,0\nthree runs,measured,0.92,0.8\n"
        "three runs,measured low,0.1,0\nthree runs,measured low,0.92,0.7\n"
        "three runs,measured high,0.1,0\nthree runs,measured high,0.92,1\n");
}
