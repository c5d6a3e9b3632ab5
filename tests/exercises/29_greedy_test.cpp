#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

using Labels = std::vector<int>;

std::string words(const std::vector<Labels>& all) {
  std::string text;
  for (const Labels& labels : all) text += fmt::format("[{}]", fmt::join(labels, " "));
  return text;
}

// What greedy says of each recording, as text, so that a failed CHECK shows it.
std::string said(const Tensor& scores, int blank, const std::vector<int>& lengths) {
  return words(exercise::greedy(scores, blank, lengths));
}

// Scores whose likeliest classes are these.
Tensor saying(const Indices& ids) { return 3 * one_hot(ids, 3) - 1; }

}  // namespace

TEST_CASE("one recording") {
  CHECK(said(saying(indices({{1, 1, 2, 2, 0}})), 0, {5}) == "[1 2]");
  CHECK(said(saying(indices({{0, 0}})), 0, {2}) == "[]");
  {
    INFO("1 _ 1 says 1 1: merge equal neighbours first and drop the blanks after");
    CHECK(said(saying(indices({{1, 1, 0, 1, 2}})), 0, {5}) == "[1 1 2]");
  }
  INFO("the blank is the class that is given, not always class 0");
  CHECK(said(saying(indices({{0, 2, 1, 2}})), 2, {4}) == "[0 1]");
}

TEST_CASE("padding is not read") {
  INFO("the second recording has 2 frames; what stands after them says nothing, be it a letter");
  CHECK(said(saying(indices({{1, 0, 2, 0}, {2, 0, 1, 1}})), 0, {4, 2}) == "[1 2][2]");
}

TEST_CASE("recordings are apart") {
  INFO(
      "the first ends in a 1 and the second begins with one: neighbours in memory, and not in time, so both are said");
  CHECK(said(saying(indices({{0, 1}, {1, 2}})), 0, {2, 2}) == "[1][1 2]");
}

TEST_CASE("scores of any size") {
  {
    INFO("scores may all be below 0, as log-probabilities are: the largest is still the likeliest");
    CHECK(said(tensor({{{-3, -1, -2}, {-9, -8, -7}}}), 0, {2}) == "[1 2]");
  }
  {
    INFO("e^1000 is infinite; no exponential is needed, since a softmax keeps the order of the scores");
    CHECK(said(tensor({{{1000, 1001, 999}, {-999, -1001, -998}}}), 0, {2}) == "[1 2]");
  }
  INFO(
      "the likeliest of three classes may have less than half of the probability: no threshold, only the largest");
  CHECK(said(log(tensor({{{0.3, 0.4, 0.3}, {0.4, 0.3, 0.3}}})), 0, {2}) == "[1]");
}

TEST_CASE("against the engine's decoder") {
  manual_seed(4);
  const Tensor scores = randn({7, 9, 4});
  const std::vector<int> lengths = {9, 1, 4, 9, 6, 2, 8};
  for (const int blank : {0, 3})
    CHECK(said(scores, blank, lengths) == words(decode::greedy(scores, blank, {.lengths = lengths})));
  const Tensor fourth = slice(scores, 0, 4, 5);
  INFO("alone a recording says what it says in the batch");
  CHECK(exercise::greedy(fourth, 0, {6})[0] == exercise::greedy(scores, 0, lengths)[4]);
}
