#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// The loss at the end of training, in units of what saying the mean costs. A step of the first input names a time; the
// output must be 1 at that time and 0 at all others. Nothing else comes in, and h is not fed back: weight_h stays 0.
template <class Cell>
double timing_loss(const Cell& cell, const nn::Parameters& trained) {
  const int steps = 10, times = 7;
  const nn::Dense readout(cell.weight_h.dim(0), 1);
  cell.weight_h.assign(zeros(cell.weight_h.shape()));
  optim::Adam adam({{"cell", trained}, {"readout", readout}}, {.lr = 0.03});
  const Tensor first = reshape(arange(3, 10) / steps, {times, 1, 1});
  const Tensor x = pad(first, 1, 0, steps - 1),
               y = pad(one_hot(indices({0, 1, 2, 3, 4, 5, 6}), times), 1, 3, 0);
  const double mean_costs = mean(pow(y - mean(y), 2)).item();
  double last = 0;
  for (int step = 0; step < 300; ++step) {
    nn::LSTMState state = cell.zero_state(times);
    std::vector<Tensor> said;
    for (const Tensor& row : unstack(x, 1)) {
      state = cell(row, state);
      said.push_back(readout(state.h));
    }
    const Tensor loss = mse_loss(concat(said, 1), y);
    adam.zero_grad();
    loss.backward();
    adam.step();
    last = loss.item() / mean_costs;
  }
  return last;
}

}  // namespace

TEST_CASE("with peepholes of 0 it is the engine's cell") {
  manual_seed(1);
  const exercise::PeepholeLSTMCell cell(2, 3);
  {
    INFO("a weight for each unit and gate, [3H] in all: unit k's gates see unit k's cell state and no other");
    REQUIRE(fmt::format("{}", cell.peephole.shape()) == "[9]");
  }
  const nn::LSTMCell& ordinary = cell;
  ordinary.bias.assign(randn({12}));
  const nn::LSTMState start = {randn({2, 3}), randn({2, 3})};
  const Tensor x = randn({2, 2});
  const nn::LSTMState once = cell(x, start), needed = ordinary(x, start);
  INFO("the gates stand in the order i f g o; c = f c + i g and h = o tanh(c); the state is {h, c}");
  REQUIRE(near(once.c, needed.c));
  REQUIRE(near(once.h, needed.h));
  INFO("in the second step, from the state after the first");
  CHECK(near(cell(x, once).h, ordinary(x, needed).h));
}

TEST_CASE("two units, by hand") {
  // All gates but g see nothing but the peephole. With L = ln 3 the sigmoids of L, -L and -2 L are 3/4, 1/4 and 1/10.
  const double L = std::log(3), old_0 = 1, old_1 = -2, new_0 = 0.85, new_1 = -1.46;
  exercise::PeepholeLSTMCell cell(1, 2);
  cell.weight_x = zeros({1, 8}), cell.weight_h = zeros({2, 8});
  cell.bias = tensor({0, 0, 0, 0, std::atanh(0.8), std::atanh(0.4), 0, 0});
  cell.peephole = tensor({L, L, -L, -L / 2, L / new_0, L / new_1});
  const Tensor c = tensor({{old_0, old_1}}), g = tensor({{0.8, 0.4}});
  const nn::LSTMState next = cell(tensor({{5}}), {tensor({{0.3, 0.2}}), c});
  REQUIRE(next.c.defined());
  REQUIRE(next.h.defined());

  const auto cell_is = [&](const Tensor& i, const Tensor& f) { return near(next.c, f * c + i * g); };
  const Tensor i = tensor({{0.75, 0.1}}), f = tensor({{0.25, 0.75}}), half = full({1, 2}, 0.5);
  CHECK_MESSAGE(!cell_is(half, half), "i and f see no cell state: each has a peephole, a product with c");
  CHECK_MESSAGE(!cell_is(i, i),
                "i and f share the same peephole: each gate has weights of its own, i f o side by side");
  CHECK_MESSAGE(!cell_is(f, i), "the peepholes of i and f are exchanged: they stand in the order i f o");
  CHECK_MESSAGE(!cell_is(sigmoid(full({1, 2}, L * old_0 + L * old_1)),
                         sigmoid(full({1, 2}, -L * old_0 - L / 2 * old_1))),
                "each gate sees the sum over all units: unit k's gates see unit k's cell state and no other");
  CHECK_MESSAGE(
      !cell_is(sigmoid(L * tanh(c)), sigmoid(tensor({-L, -L / 2}) * tanh(c))),
      "the gates see tanh(c): a peephole shows them c itself, which can go on counting where tanh(c) is flat");
  REQUIRE(near(next.c, tensor({{new_0, new_1}})));

  const Tensor shown = tanh(tensor({{new_0, new_1}})), seen_by_o = tensor({L / new_0, L / new_1});
  CHECK_MESSAGE(
      !near(next.h, sigmoid(seen_by_o * c) * shown),
      "o sees the old cell state: i and f see c before the step, o sees the c that they have just made");
  CHECK_MESSAGE(!near(next.h, 0.5 * shown),
                "o sees no cell state: its peephole is a product with the next c");
  CHECK_MESSAGE(!near(next.h, 0.75 * tensor({{new_0, new_1}})), "h = o tanh(c): the tanh is missing");
  CHECK(near(next.h, 0.75 * shown));
}

TEST_CASE("gradients, through two steps") {
  manual_seed(2);
  const auto f = [](Inputs in) {
    exercise::PeepholeLSTMCell cell(2, 2);
    cell.weight_x = in[3], cell.weight_h = in[4], cell.bias = in[5], cell.peephole = in[6];
    const nn::LSTMState once = cell(in[0], {in[1], in[2]}), twice = cell(in[0], once);
    return concat({twice.h, twice.c}, 1);
  };
  INFO(
      "gates pass gradients on to the cell state that they see: keep it a Tensor with its history, no detach()");
  CHECK(gradients_right(f, {randn({2, 2}), randn({2, 2}), randn({2, 2}), randn({2, 8}), randn({2, 8}),
                            randn({8}), randn({6})}));
}

TEST_CASE("it learns to wait: a pulse after as many steps as the first input says") {
  manual_seed(3);
  const nn::LSTMCell blind(1, 2);
  const exercise::PeepholeLSTMCell cell(1, 2);
  const double without = timing_loss(blind, {{"weight_x", blind.weight_x}, {"bias", blind.bias}});
  const double with =
      timing_loss(cell, {{"weight_x", cell.weight_x}, {"bias", cell.bias}, {"peephole", cell.peephole}});
  INFO(
      "1 is what saying the mean costs; without peepholes and without h the gates see nothing that tells the time: "
      << without);
  CHECK(without > 0.8);
  INFO("with peepholes a gate can open when its cell state has reached a value; here none does");
  CHECK(with < 0.2);
}
