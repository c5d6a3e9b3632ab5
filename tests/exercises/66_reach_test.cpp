#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

double sigmoid_of(double z) { return 1 / (1 + std::exp(-z)); }

// An LSTM whose gates do not depend on anything: its cell stays 0, and a gradient through it is multiplied by
// the forget gate in each step, and by the output gate, which is 1/2, at the end.
nn::LSTM constant_gates(int hidden, double bias) {
  nn::LSTM lstm(1, hidden);
  lstm.weight_x.assign(zeros({1, 4 * hidden}));
  lstm.weight_h.assign(zeros({hidden, 4 * hidden}));
  lstm.bias.assign(concat({zeros({hidden}), full({hidden}, bias), zeros({2 * hidden})}, 0));
  return lstm;
}

// The same by differences: each number of the state is moved a little.
double by_differences(const nn::LSTM& lstm, const Tensor& x, int lag, const Tensor& v) {
  const int steps = x.dim(1), first = steps - lag, hidden = v.dim(1);
  const nn::LSTMState before = first > 0 ? lstm(slice(x, 1, 0, first)).state : lstm.zero_state(x.dim(0));
  const auto at = [&](int place, double change) {
    std::vector<Real> moved(static_cast<std::size_t>(2 * x.dim(0) * hidden), 0);
    moved[static_cast<std::size_t>(place)] = change;
    const Tensor both(Shape{2, x.dim(0), hidden}, moved);
    const nn::LSTMState start = {before.h + select(both, 0, 0), before.c + select(both, 0, 1)};
    return sum(v * lstm(slice(x, 1, first, steps), {.initial_state = start}).state.h).item();
  };
  double squares = 0;
  for (int place = 0; place < 2 * x.dim(0) * hidden; ++place)
    squares += std::pow((at(place, 1e-5) - at(place, -1e-5)) / 2e-5, 2);
  return std::sqrt(squares / sum(v * v).item());
}

}  // namespace

TEST_CASE("the forget bias") {
  CHECK_MESSAGE(!near(exercise::forget_bias(10, 0.5), 0),
                "this bias makes one gate the share: all steps together must leave it");
  CHECK_MESSAGE(!near(exercise::forget_bias(10, 0.5), std::log(0.95 / 0.05)),
                "the gates multiply: the loss of a step is not the whole loss divided by the lag");
  CHECK(near(exercise::forget_bias(1, 0.5), 0));
  CHECK(near(exercise::forget_bias(1, sigmoid_of(1)), 1));
  INFO("a gate of 0.98 is the bias ln 49");
  CHECK(near(exercise::forget_bias(49, std::pow(0.98, 49)), std::log(49)));
}

TEST_CASE("the forget bias for a long memory") {
  INFO(
      "half of it after 1e9 steps: each gate is 1 - 7e-10. Computed as 1 / s - 1, only six digits are left of the bias; expm1 "
      "keeps all");
  CHECK(near(exercise::forget_bias(1'000'000'000, 0.5), -std::log(std::log(2) / 1e9), 1e-10));
}

TEST_CASE("gates that do not change") {
  manual_seed(1);
  const Tensor x = randn({3, 12, 1}), v = randn({3, 4});
  for (const int lag : {1, 5, 12}) {
    const double got = exercise::reach(constant_gates(4, 1), x, lag, v),
                 needed = 0.5 * std::pow(sigmoid_of(1), lag);
    INFO("lag " << lag << " of 12 steps; the forget gate is sigmoid(1), the output gate 1/2");
    CHECK_MESSAGE(!near(got, 0),
                  "h alone has no influence here: the state is h and c, and c carries the gradient");
    CHECK_MESSAGE(!near(got, needed * std::sqrt(sum(v * v).item())), "not divided by the length of v");
    CHECK_MESSAGE((lag == 12 || !near(got, 0.5 * std::pow(sigmoid_of(1), 12 - lag))),
                  "the lag counts from the end, not from the start");
    CHECK(near(got, needed));
  }
}

TEST_CASE("any LSTM, against differences") {
  manual_seed(2);
  const nn::LSTM lstm(2, 3);
  const Tensor x = randn({2, 6, 2}), v = randn({2, 3});
  for (const int lag : {1, 3, 6}) {
    const double got = exercise::reach(lstm, x, lag, v);
    INFO("lag " << lag << ": both h and c of the state there, moved a little one after the other");
    CHECK(near(got, by_differences(lstm, x, lag, v), 1e-6));
  }
}

TEST_CASE("the bias does what it promises") {
  const Tensor x = zeros({1, 100, 1}), v = ones({1, 2});
  for (const double share : {0.5, 0.01}) {
    const nn::LSTM lstm = constant_gates(2, exercise::forget_bias(100, share));
    INFO("with the forget bias for a share of " << share << " after 100 steps, and an output gate of 1/2");
    CHECK(near(exercise::reach(lstm, x, 100, v), share / 2));
  }
}
