#include EXERCISE
#include "check.hpp"

using namespace tg;

TEST_CASE("values") {
  CHECK(near(exercise::softplus(tensor({0, 1, -2})),
             tensor({0.6931471805599453, 1.3132616875182228, 0.12692801104297263})));
}

TEST_CASE("one operation") {
  const Tensor x = tensor({1, 2}).requires_grad(true);
  const std::string graph = explain(sum(exercise::softplus(x)));
  INFO("explain(sum(softplus(x))) says\n" << graph);
  INFO("a leaf, my_softplus and sum are needed: one record(\"my_softplus\", ..), not a chain of operations");
  const bool one_operation =
      graph.find("my_softplus") != std::string::npos && std::count(graph.begin(), graph.end(), '\n') == 4;
  CHECK(one_operation);
}

TEST_CASE("far from 0") {
  {
    INFO("e^1000 is infinite, though ln(1 + e^1000) is 1000: let the exponent never be positive");
    CHECK(near(exercise::softplus(tensor({1000, -1000})), tensor({1000, 0})));
  }
  INFO("1 + e^-40 rounds to 1 and its logarithm to 0: std::log1p keeps the digits");
  CHECK(near(exercise::softplus(tensor(-40)).item() / 4.248354255291589e-18, 1));
}

TEST_CASE("the rule") {
  const Tensor x = tensor({0, 1000}).requires_grad(true);
  {
    INFO("the slope at 0 is sigmoid(0) = 0.5; sigmoid of the result y, ln 2, would be 0.667");
    CHECK(near(grad(sum(exercise::softplus(x)), {x})[0], tensor({0.5, 1})));
  }
  {
    INFO("L = 3 softplus(x) has three times the gradient of softplus(x): multiply the slope by g");
    CHECK(near(grad(sum(3 * exercise::softplus(x)), {x})[0], tensor({1.5, 3})));
  }
  const auto f = [](Inputs in) { return exercise::softplus(in[0]); };
  CHECK(gradients_right(f, {tensor({{-2, -0.3, 0}, {0.5, 1, 3}})}));
  INFO(
      "the gradient of the gradient: write the rule in Tensor operations of in[0]; plain numbers have no history");
  CHECK(gradients_right(f, {tensor({-2, 0.5, 3})}, true));
}
