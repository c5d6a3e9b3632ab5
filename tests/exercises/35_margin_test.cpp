#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// What gradient descent leaves of the loss: it moves the embeddings themselves, as a network could at best.
double trained(int speakers, double margin) {
  manual_seed(1);
  const Tensor x = randn({speakers, speakers}).requires_grad(true);
  x.assign(x / norm(x, -1, keepdim));
  std::vector<int> numbers;
  for (int i = 0; i < speakers; ++i) numbers.push_back(i);
  const Tensor different = 1 - one_hot(Indices({speakers}, numbers), speakers);  // [N,N], 0 on the diagonal
  optim::SGD sgd({{"x", x}},
                 {.lr = (speakers - 1) / 8.0});  // the more pairs, the less each counts in the mean
  double last = 0;
  for (int step = 0; step < 200; ++step) {
    const Tensor unit = x / norm(x, -1, keepdim);
    const Tensor squared = 2 - 2 * matmul(unit, transpose(unit));  // [N,N]
    const Tensor loss = sum(different * relu(margin - squared)) / (speakers * (speakers - 1));
    sgd.zero_grad();
    loss.backward();
    sgd.step();
    last = loss.item();
  }
  return last;
}

// The prediction is what training finds.
Finding found(int speakers, double margin) {
  const Finding finding = near(exercise::least_loss(speakers, margin), trained(speakers, margin), 1e-3);
  if (finding) return finding;
  return {false, fmt::format("{} speakers, margin {}: {}", speakers, margin, finding.text)};
}

}  // namespace

TEST_CASE("two speakers, margin 5") {
  const double predicted = exercise::least_loss(2, 5);
  CHECK_MESSAGE(
      !near(predicted, 0),
      "0 would be a margin that is reached. Training pushes, but two embeddings of length 1 are opposite at most");
  CHECK_MESSAGE(
      !near(predicted, 3),
      "a squared distance of 2 is that of a right angle, and 2 is the distance of opposites, not its square: that is 4");
  CHECK_MESSAGE(!near(predicted, 5),
                "the whole margin is what two embeddings in one place cost; training moves them apart");
  CHECK(found(2, 5));
}

TEST_CASE("two speakers, margins that can be reached") {
  {
    INFO("beyond the margin a pair costs nothing, it does not earn anything: a hinge is never below 0");
    CHECK(exercise::least_loss(2, 1) >= 0);
  }
  for (const double margin : {1.0, 3.0, 4.0}) CHECK(found(2, margin));
}

TEST_CASE("three speakers, margin 4") {
  const double predicted = exercise::least_loss(3, 4);
  CHECK_MESSAGE(!near(predicted, 0),
                "two are 4 apart when they are opposite, but a third cannot be opposite to both of them");
  CHECK_MESSAGE(
      !near(predicted, 2),
      "2 is left at right angles; three in a plane, a third of a circle apart, are farther from each other");
  CHECK_MESSAGE(
      !near(predicted, 4. / 3),
      "two opposite ones and a third at right angles to both: a third of a circle between all is better");
  CHECK(found(3, 4));
}

TEST_CASE("six speakers, margin 4") {
  const double predicted = exercise::least_loss(6, 4);
  CHECK_MESSAGE(
      !near(predicted, 2),
      "2 is left at right angles, but six can all turn away from their common centre, and be a little farther apart");
  CHECK_MESSAGE(
      !near(predicted, 1),
      "1 is left for three. Each that joins takes room from the others: what is left depends on how many they are");
  CHECK(found(6, 4));
}

TEST_CASE("six speakers, other margins") {
  INFO(
      "what all pairs can have at once does not depend on the margin; up to there nothing is left, beyond it the rest");
  for (const double margin : {1.0, 2.0, 2.3, 3.0, 7.0}) CHECK(found(6, margin));
}

TEST_CASE("more and more speakers") {
  INFO("the more speakers, the nearer they come to right angles: that is all that many can have");
  for (const int speakers : {4, 10, 30}) CHECK(found(speakers, 4));
  CHECK(near(exercise::least_loss(1000000, 4), 2, 1e-5));
}
