#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

exercise::GRUCell cell_of(const Tensor& weight_x, const Tensor& bias_x, const Tensor& weight_h,
                          const Tensor& bias_h) {
  exercise::GRUCell cell(weight_x.dim(0), weight_h.dim(0));
  cell.weight_x = weight_x, cell.bias_x = bias_x;
  cell.weight_h = weight_h, cell.bias_h = bias_h;
  return cell;
}

// Through all steps of x [B,T,D], from a state of zeros.
Tensor last_state(const exercise::GRUCell& cell, const Tensor& x) {
  Tensor h = zeros({x.dim(0), cell.weight_h.dim(0)});
  for (const Tensor& row : unstack(x, 1)) h = cell(row, h);
  return h;
}

}  // namespace

TEST_CASE("two units, by hand") {
  // z = 3/4 and r = (1/4, 3/4) whatever comes in. The input's share of g is 0.5; Ug exchanges the units and doubles them, so
  // that h = (0.5, 0.3) gives (0.6, 1); and cg = 1.
  const double logit = std::log(3);
  const exercise::GRUCell cell =
      cell_of(tensor({{0, 0, 0, 0, 0.5, 0.5}}), tensor({logit, logit, -logit, logit, -0.5, -0.5}),
              tensor({{0, 0, 0, 0, 0, 2}, {0, 0, 0, 0, 2, 0}}), tensor({0, 0, 0, 0, 1, 1}));
  const Tensor h = tensor({{0.5, 0.3}}), next = cell(tensor({{2}}), h);
  REQUIRE(next.defined());
  REQUIRE(fmt::format("{}", next.shape()) == "[1, 2]");

  const Tensor r = tensor({{0.25, 0.75}}), product = tensor({{0.6, 1}}), kept = 0.75 * h;
  const auto gives = [&](const Tensor& argument_of_tanh) {
    return near(next, kept + 0.25 * tanh(argument_of_tanh));
  };
  const Tensor g = tanh(0.5 + r * (product + 1));
  CHECK_MESSAGE(!near(next, 0.25 * h + 0.75 * g),
                "z and 1 - z are exchanged: both conventions exist; here z keeps the old state, as in Cho's "
                "paper, PyTorch and Keras");
  CHECK_MESSAGE(!near(next, r * h + (1 - r) * tanh(0.5 + 0.75 * (product + 1))),
                "the gates are exchanged: the three parts stand in the order z r g");
  const Tensor product_of_reset = tensor({{2 * 0.75 * 0.3, 2 * 0.25 * 0.5}});  // (r h) Ug
  for (const Tensor& bias : {ones({1, 2}), r, zeros({1, 2})})
    CHECK_MESSAGE(!gives(0.5 + product_of_reset + bias),
                  "r multiplies h before the product, as in Cho's paper: here, as in PyTorch and in Keras by "
                  "default, it multiplies what h Ug + cg gives, unit by unit");
  CHECK_MESSAGE(!gives(0.5 + r * product + 1),
                "the recurrent bias stands outside the reset: r multiplies all of h Ug + cg");
  CHECK_MESSAGE(!gives(0.5 + r * product), "the recurrent bias cg is missing: r multiplies h Ug + cg");
  CHECK_MESSAGE(!gives(r * (0.5 + product + 1)),
                "r closes off the input too: it is the old state that is reset, so x Wg + bg stays outside");
  CHECK_MESSAGE(!gives(0.5 + product + 1), "the reset gate does nothing: r multiplies h Ug + cg");
  CHECK_MESSAGE(!near(next, kept + 0.25 * (0.5 + r * (product + 1))),
                "the proposal lacks its tanh: nothing would bound a state that grows from step to step");
  CHECK(near(next, kept + 0.25 * g));
}

TEST_CASE("the numbers of Keras, layers/rnn/gru_test.py") {
  const exercise::GRUCell cell =
      cell_of(full({4, 9}, 0.01), full({9}, 0.03), full({3, 9}, 0.02), full({9}, 0.03));
  const Tensor got = last_state(cell, reshape(arange(72), {3, 6, 4}));
  const auto rows = [](double a, double b, double c) { return tensor({{a, a, a}, {b, b, b}, {c, c, c}}); };
  INFO(
      "z and r have two biases each, bias_x and bias_h, like the proposal; and step t starts from the state of t - 1");
  CHECK(near(got, rows(0.5217289, 0.6371659, 0.3938496), 1e-6));
}

TEST_CASE("a cell keeps nothing inside") {
  manual_seed(1);
  const exercise::GRUCell cell(2, 3);
  const Tensor x = randn({2, 2}), h = randn({2, 3});
  const Tensor first = cell(x, h).clone();
  {
    INFO(
        "the same input and state give the same next state: what a series leaves behind must not reach the next");
    CHECK(near(cell(x, h), first));
  }
  INFO("an item alone gives the same as in a batch");
  CHECK(near(cell(slice(x, 0, 1, 2), slice(h, 0, 1, 2)), slice(first, 0, 1, 2)));
}

TEST_CASE("gradients, through two steps") {
  manual_seed(2);
  const auto f = [](Inputs in) {
    const exercise::GRUCell cell = cell_of(in[2], in[3], in[4], in[5]);
    return cell(in[0], cell(in[0], in[1]));
  };
  INFO(
      "a step's state is made of the state before: keep it a Tensor with its history, no detach() and no values()");
  CHECK(gradients_right(f, {randn({2, 2}), randn({2, 3}), randn({2, 9}), randn({9}), randn({3, 9}),
                            randn({9})}));
}

TEST_CASE("it learns to remember: the first of ten numbers, behind noise") {
  const auto loss_at_the_end = [](bool remembers) {
    manual_seed(3);
    const exercise::GRUCell cell(1, 8);
    const nn::Dense readout(8, 1);
    optim::Adam adam({{"cell", cell}, {"readout", readout}}, {.lr = 0.03});
    double last = 0;
    for (int step = 0; step < 150; ++step) {
      const Tensor first = 2 * (uniform({16, 1}, -1, 1) > 0) - 1;  // 1 or -1
      const Tensor x = reshape(concat({first, 0.5 * randn({16, 9})}, 1), {16, 10, 1});
      const Tensor state = last_state(cell, remembers ? x : slice(x, 1, 9, 10));
      const Tensor loss = mse_loss(readout(state), first);
      adam.zero_grad();
      loss.backward();
      adam.step();
      last = loss.item();
    }
    return last;
  };
  const double blind = loss_at_the_end(false), trained = loss_at_the_end(true);
  INFO("the same cell that is shown the last number alone ends at a loss of "
       << blind << ": it can only say the mean");
  CHECK(blind > 0.8);
  INFO(
      "a loss near 1 says that the first number, or the gradient on its way back to it, gets lost between steps");
  CHECK(trained < 0.1);
}
