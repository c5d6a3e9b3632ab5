#include EXERCISE
#include "check.hpp"

using namespace tg;

TEST_CASE("lengths become 1") {
  const Tensor x = tensor({{3, 4}, {0, -2}});
  const Tensor got = exercise::unit_rows(x);
  CHECK_MESSAGE(!near(got, x / tensor({{25}, {4}})), "divided by the sum of squares: the length is its root");
  CHECK_MESSAGE(!near(got, x / std::sqrt(29.0)),
                "divided by the length of the whole matrix: each row has a length of its own");
  CHECK(near(got, tensor({{0.6, 0.8}, {0, -1}})));
}

TEST_CASE("short rows are data") {
  INFO(
      "a row of length 5e-9 must get the length 1: a small number that is added to every length, or to every sum of squares, "
      "changes all short rows");
  CHECK(near(exercise::unit_rows(tensor({{3e-9, 4e-9}, {1, 0}})), tensor({{0.6, 0.8}, {1, 0}})));
}

TEST_CASE("a row of zeros") {
  const Tensor x = tensor({{0, 0}, {3, 4}}).requires_grad(true);
  const Tensor y = exercise::unit_rows(x);
  {
    INFO("it stays a row of zeros: 0 / 0 is NaN");
    CHECK(near(y, tensor({{0, 0}, {0.6, 0.8}})));
  }
  INFO(
      "its gradient must be finite. A where() around the result does not stop NaN: the rules of the square root and of the "
      "division still run, and give 0 times infinity");
  for (const Real slope : grad(sum(y), {x})[0].values()) REQUIRE(std::isfinite(slope));
}

TEST_CASE("gradients") {
  manual_seed(2);
  INFO("the length depends on x, so it belongs to the gradient");
  CHECK(gradients_right([](Inputs in) { return exercise::unit_rows(in[0]); }, {randn({3, 4})}));
}

TEST_CASE("a layer that reads an empty item") {
  manual_seed(2);
  const nn::Dense layer(3, 2);
  const Tensor real = tensor({{1}, {0}, {1}, {1}});
  optim::SGD sgd(layer.parameters(), {.lr = 0.1});
  mean(pow(exercise::unit_rows(layer(randn({4, 3})) * real) - 0.5, 2)).backward();
  sgd.step();
  INFO("one step with one empty item: a NaN in its row reaches every weight");
  for (const auto& [name, tensor] : layer.parameters())
    for (const Real weight : tensor.values()) REQUIRE(std::isfinite(weight));
}
