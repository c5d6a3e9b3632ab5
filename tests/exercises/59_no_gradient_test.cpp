#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

Tensor vectors() { return tensor({{1, 0.5}, {-2, 1}, {0.3, 0.7}}); }
Tensor goal() { return tensor({0.4, -0.6}); }
Tensor scores() { return tensor({0.4, -1, 0.9}).requires_grad(true); }

Tensor square_cost(const Tensor& b) {
  const Tensor far = matmul(b, vectors()) - goal();
  return sum(far * far, 1);
}

Tensor all_bits() {  // [8,3]
  return tensor({{0, 0, 0}, {0, 0, 1}, {0, 1, 0}, {0, 1, 1}, {1, 0, 0}, {1, 0, 1}, {1, 1, 0}, {1, 1, 1}});
}

Tensor chances(const Tensor& z) {  // [8]: of each row of all_bits
  const Tensor p = sigmoid(z), b = all_bits();
  return exp(sum(log(b * p + (1 - b) * (1 - p)), 1));
}

Tensor expected(const Tensor& z) { return sum(chances(z) * square_cost(all_bits())); }
Tensor exact() {
  const Tensor z = scores();
  return grad(expected(z), {z})[0];
}

}  // namespace

TEST_CASE("straight-through") {
  const Tensor soft = tensor({0.2, 0.6, 0.9}).requires_grad(true), hard = tensor({0, 1, 1});
  const Tensor y = exercise::straight_through(hard, soft);
  CHECK_MESSAGE(!near(y, soft), "these are the values of soft: they must be those of hard");
  CHECK(near(y, hard));
  {
    INFO("no gradient arrives: one part must let it pass");
    REQUIRE(y.requires_grad());
  }
  const Tensor got = grad(sum(tensor({1, 10, 100}) * y), {soft})[0];
  CHECK_MESSAGE(!near(got, zeros({3})), "soft is added and taken away again: its gradient is 0");
  CHECK(near(got, tensor({1, 10, 100})));
}

TEST_CASE("the cost of bits") {
  INFO("for bits it is the squared distance");
  CHECK(near(exercise::linear_cost(all_bits(), vectors(), goal()), square_cost(all_bits())));
}

TEST_CASE("the expected cost") {
  const Tensor z = scores(), p = reshape(sigmoid(z), {1, 3});
  const Tensor got = exercise::linear_cost(p, vectors(), goal());
  CHECK_MESSAGE(!near(got.item(), square_cost(p).item()),
                "this is the square, which is not linear in a bit: at chances it is the cost of the mean");
  CHECK(near(got.item(), expected(z).item()));
  INFO("and so is its gradient that of the expected cost");
  CHECK(near(grad(sum(got), {z})[0], exact()));
}

TEST_CASE("straight-through without bias") {
  const Tensor z = scores(), p = broadcast_to(sigmoid(z), {8, 3});
  const Tensor y = exercise::straight_through(all_bits(), p);
  const Tensor got = grad(sum(chances(z).detach() * exercise::linear_cost(y, vectors(), goal())), {z})[0];
  INFO("the mean over all draws, each with its chance, is the exact gradient");
  CHECK(near(got, exact()));
}

TEST_CASE("the score function") {
  const Tensor chance = chances(scores()).detach(), bits = all_bits(), costs = square_cost(bits);
  Tensor total = zeros({3});
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 8; ++j) {  // all pairs of draws
      const Tensor z = scores();
      const Tensor loss = exercise::score_loss(z, take(bits, indices({i, j})), take(costs, indices({i, j})));
      total = total + chance.at({i}) * chance.at({j}) * grad(loss, {z})[0];
    }
  CHECK_MESSAGE(!near(total, exact() / 2),
                "this is half of it: the mean of two draws holds the draw's own cost");
  CHECK_MESSAGE(!near(total, exact() * 2), "this is the sum over the draws: take the mean");
  CHECK_MESSAGE(!near(total, -exact()), "this goes uphill: the sign is turned");
  CHECK(near(total, exact()));
  const auto with = [&](double shift) {
    const Tensor z = scores();
    const Indices some = {1, 6, 2};
    return grad(exercise::score_loss(z, take(bits, some), take(costs, some) + shift), {z})[0];
  };
  INFO("a constant that is added to all costs must change nothing");
  CHECK(near(with(1000), with(0), 1e-9));
}
