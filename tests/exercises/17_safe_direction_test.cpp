#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// d sum(g u) / dr: the gradient that comes out below when g comes in above.
Tensor below(const Tensor& r, const Tensor& g) {
  const Tensor x = r.clone().detach().requires_grad(true);
  return grad(sum(g * exercise::safe_direction(x)), {x})[0];
}

const auto direction_of = [](Inputs in) { return exercise::safe_direction(in[0]); };

}  // namespace

TEST_CASE("values") {
  CHECK(near(exercise::safe_direction(tensor({3, -4})), tensor({0.6, -0.8})));
  {
    INFO("each vector along the last axis has a length of its own");
    CHECK(near(exercise::safe_direction(tensor({{{3, 4}, {0, -2}}, {{-5, 12}, {1, 0}}})),
               tensor({{{0.6, 0.8}, {0, -1}}, {{-5. / 13, 12. / 13}, {1, 0}}})));
  }
  INFO(
      "a short vector has a direction of length 1 as well. A small number added to the length, or under its root, makes it shorter than 1");
  CHECK(near(exercise::safe_direction(tensor({{3e-7, 4e-7}, {3e-20, 4e-20}})),
             tensor({{0.6, 0.8}, {0.6, 0.8}})));
}

TEST_CASE("the direction of nothing") {
  const Tensor r = tensor({{0, 0}, {3, 4}}), g = tensor({{1, 2}, {-4, 3}});
  {
    INFO("0 / 0 is NaN: where r is 0, u is 0");
    REQUIRE(near(exercise::safe_direction(r), tensor({{0, 0}, {0.6, 0.8}})));
  }
  const Tensor found = below(r, g);
  REQUIRE(found.shape() == r.shape());
  const double first = found.at({0, 0});
  CHECK_MESSAGE(
      !std::isnan(first),
      "the value is right and the gradient NaN: where() after a division by 0 comes too late, since on the way back 0 times infinity is NaN. Choose the divisor before dividing");
  CHECK_MESSAGE(!(std::abs(first) > 1e6),
                "where r is 0, dividing by a smallest length makes the gradient enormous: 0 is needed");
  CHECK_MESSAGE(!near(select(found, 0, 0), select(g, 0, 0)),
                "where r is 0, dividing by 1 lets g through as it is: there is nothing to turn, 0 is needed");
  CHECK(near(select(found, 0, 0), zeros({2})));
}

TEST_CASE("the rule") {
  const Tensor r = tensor({3, 4});
  const Tensor along = below(r, r);
  CHECK_MESSAGE(
      !near(along, r / 5),
      "g / |r| forgets that |r| depends on r too. With g along r nothing may arrive, since a longer r has the same direction: take the part along u out of g, g - u (u . g)");
  CHECK(near(along, zeros({2})));
  const Tensor across = below(r, tensor({-4, 3}));
  CHECK_MESSAGE(!near(across, tensor({-4, 3})),
                "to turn a vector of length 5 takes 5 times as much as one of length 1: divide by |r|");
  CHECK_MESSAGE(!near(across, zeros({2})),
                "nothing arrives when g stands across r, which is what turns it: the rule must use g");
  CHECK(near(across, tensor({-0.8, 0.6})));
}

TEST_CASE("gradients, away from 0") {
  manual_seed(3);
  const Tensor r = randn({2, 2, 3});
  {
    INFO("u . g is a dot product for each vector: a sum over the last axis alone, with keepdim");
    REQUIRE(gradients_right(direction_of, {r}));
  }
  INFO(
      "the gradient of the gradient: write the rule in Tensor operations of y and in[0]; plain numbers have no history");
  CHECK(gradients_right(direction_of, {r}, true));
}

TEST_CASE("the gradient of the gradient at 0") {
  const Tensor r = tensor({{0, 0}, {3, 4}}).requires_grad(true), g = tensor({{1, 2}, {-1, 1}});
  const Tensor first = grad(sum(g * exercise::safe_direction(r)), {r}, {.create_graph = true})[0];
  const Tensor second = grad(sum(first * first), {r}, {.zero_if_unused = true})[0];
  INFO(
      "inside the rule the same holds: where() after a division by 0 gives the right gradient, but NaN when that is differentiated. Choose the divisor before dividing");
  CHECK(near(select(second, 0, 0), zeros({2})));
}

TEST_CASE("one operation") {
  const Tensor r = tensor({{1, 2}, {0, 0}}).requires_grad(true);
  const std::string graph = explain(sum(exercise::safe_direction(r)));
  INFO("explain(sum(safe_direction(r))) says\n" << graph);
  INFO(
      "a leaf, my_direction and sum are needed: one record(\"my_direction\", ..), not a chain of operations");
  const bool one_operation =
      graph.find("my_direction") != std::string::npos && std::count(graph.begin(), graph.end(), '\n') == 4;
  CHECK(one_operation);
}

TEST_CASE("a layer learns to turn directions, with padding in the batch") {
  manual_seed(4);
  const std::vector<int> lengths = {5, 2, 0, 4};
  const Tensor mask = sequence_mask(lengths, 5);
  const Tensor real = reshape(mask, {4, 5, 1});
  const Tensor turn = tensor({{0, 1, 0}, {0, 0, 1}, {1, 0, 0}});
  nn::Dense layer(3, 3);
  optim::Adam adam(layer.parameters(), {.lr = 0.05});
  double loss_before = 0, loss = 0;
  for (int step = 0; step < 200; ++step) {
    const Tensor samples = where(real, randn({4, 5, 3}), 0);
    const Tensor said = exercise::safe_direction(layer(samples));
    const Tensor error = mse_loss(said, exercise::safe_direction(matmul(samples, turn)), {.mask = mask});
    adam.zero_grad();
    error.backward();
    loss = error.item();
    if (step == 0) loss_before = loss;
    INFO(
        "padded samples are 0 and so is a fresh bias: the direction of exactly 0, which no mask on the loss repairs");
    REQUIRE(std::isfinite(norm(layer.weight.grad()).item()));
    adam.step();
  }
  INFO("the loss fell from " << loss_before << " to " << loss << "; a hundredth is needed");
  CHECK(loss < loss_before / 100);
}
