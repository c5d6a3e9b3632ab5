#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

struct Network {
  nn::Dense hidden, head;
  explicit Network(int outputs) : hidden(2, 6), head(6, outputs) {}
  Tensor operator()(const Tensor& x) const { return head(tanh(hidden(x))); }
};

// Column 1 of [H,2] or [2], less column 0.
Tensor column_difference(const Tensor& w) { return slice(w, -1, 1, 2) - slice(w, -1, 0, 1); }

// Days, and two networks that give the same probabilities.
struct Alike {
  Tensor x = randn({100, 2});
  std::vector<int> labels;
  Network sigmoid{1}, softmax{2};
  Alike() {
    for (int day = 0; day < 100; ++day)
      labels.push_back(x.at({day, 0}) * x.at({day, 1}) + 0.3 * random_stream().normal() > 0);
    nn::restore(sigmoid.hidden.parameters(), nn::snapshot(softmax.hidden.parameters()));
    sigmoid.head.weight.assign(column_difference(softmax.head.weight));
    sigmoid.head.bias.assign(column_difference(softmax.head.bias));
  }

  // Trains by gradient descent, and gives the loss before each step.
  std::vector<double> train(const Network& network, double head_lr, double hidden_lr, int steps) const {
    optim::SGD head(network.head.parameters(), {.lr = head_lr}),
        hidden(network.hidden.parameters(), {.lr = hidden_lr});
    const Tensor y({100, 1}, {labels.begin(), labels.end()});
    std::vector<double> losses;
    for (int step = 0; step < steps; ++step) {
      const Tensor scores = network(x);
      const Tensor loss = scores.dim(1) == 1 ? binary_cross_entropy_with_logits(scores, y)
                                             : cross_entropy(scores, Indices({100}, labels));
      losses.push_back(loss.item());
      head.zero_grad();
      hidden.zero_grad();
      loss.backward();
      head.step();
      hidden.step();
    }
    return losses;
  }
};

Alike begun_alike() {
  manual_seed(1);
  return {};
}

const double lr = 0.5;
const int many_steps = 200;

// How many times as far as w the difference w1 - w0 moves in one step of the same size.
double measured_times() {
  const Alike alike = begun_alike();
  const Tensor before = alike.sigmoid.head.weight.clone().detach();
  alike.train(alike.sigmoid, lr, lr, 1);
  alike.train(alike.softmax, lr, lr, 1);
  const auto moved = [&](const Tensor& now) { return max(abs(now - before)).item(); };
  return moved(column_difference(alike.softmax.head.weight)) / moved(alike.sigmoid.head.weight);
}

bool equal(double a, double b) { return std::abs(a - b) < 1e-9; }

}  // namespace

TEST_CASE("times_as_far") {
  const double guess = exercise::prediction().times_as_far;
  CHECK_MESSAGE(!equal(guess, 1),
                "1 says that only one column moves. Both do: the slope is p - y in z1 and -(p - y) in z0");
  CHECK_MESSAGE(!equal(guess, 0),
                "0 says that both columns move the same way. Their slopes have opposite signs");
  CHECK_MESSAGE(!equal(guess, 0.5),
                "0.5 is the share of the step size that takes the factor back, not the factor");
  CHECK_MESSAGE(!equal(guess, 4),
                "4 counts the same thing twice: the columns move apart, and each moves as far as w does");
  INFO("one step of SGD from the same beginning was measured, and the factor is not " << guess);
  const bool as_measured = equal(guess, measured_times());
  CHECK(as_measured);
}

TEST_CASE("head_share and hidden_share") {
  const exercise::Prediction guess = exercise::prediction();
  const double head = guess.head_share, hidden = guess.hidden_share;
  REQUIRE_MESSAGE(head > 0, "head_share: with a step size of 0 or below it the head learns nothing");
  REQUIRE_MESSAGE(hidden > 0,
                  "hidden_share: with a step size of 0 or below it the hidden layer learns nothing");
  const Alike alike = begun_alike();
  const std::vector<double> sigmoid = alike.train(alike.sigmoid, lr, lr, many_steps),
                            softmax = alike.train(alike.softmax, head * lr, hidden * lr, many_steps);
  double apart = 0;
  for (std::size_t step = 0; step < sigmoid.size(); ++step)
    apart = std::max(apart, std::abs(sigmoid[step] - softmax[step]));
  INFO("measured with your step sizes: both begin at a loss of "
       << sigmoid.front() << ". After " << many_steps << " steps the sigmoid network is at " << sigmoid.back()
       << ", the softmax network at " << softmax.back());
  CHECK_MESSAGE(!equal(head, 1),
                "head_share 1 is the same step size: then w1 - w0 moves further than w in every step");
  CHECK_MESSAGE(!equal(head, measured_times()),
                "head_share: the difference moves too far already, and this makes it worse. Divide");
  CHECK_MESSAGE(
      !equal(hidden, 0.5),
      "hidden_share 0.5 takes back a factor that is not there. Both columns share one hidden layer: the slope "
      "in h is g w1 - g w0 = g (w1 - w0), which is what w alone gives");
  CHECK_MESSAGE(
      !equal(hidden, 2),
      "hidden_share 2: z1 sends g w1 to the hidden layer and z0 sends -g w0. Together that is g (w1 - w0), "
      "which is what w alone gives");
  INFO("the largest difference of the losses at a step; rounding alone makes less than 1e-9");
  CHECK(apart < 1e-9);
}
