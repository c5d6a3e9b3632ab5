#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// Two layers and a window of 3 rows, 4 steps and 2 features: the same numbers each time.
struct Setting {
  nn::LSTM lstm{2, 3};
  nn::Dense head{3, 1};
  Tensor x = randn({3, 4, 2}), y = randn({3, 4, 1}), none = zeros({3});
  nn::LSTMState state{randn({3, 3}), randn({3, 3})};

  nn::Parameters parameters() const { return {{"lstm", lstm}, {"head", head}}; }
  nn::LSTMOutput read(const nn::LSTMState& from) const { return lstm(x, {.initial_state = from}); }
  Tensor loss(const nn::LSTMState& from) const { return mse_loss(head(read(from).sequence), y); }
  exercise::Window train(const Tensor& begins, const nn::LSTMState& from) const {
    return exercise::train_window(lstm, head, x, y, begins, from, 0.1);
  }
};

Setting setting() {
  manual_seed(4);
  return {};
}

}  // namespace

TEST_CASE("the loss and the state") {
  const Setting at = setting();
  const nn::LSTMOutput out = at.read(at.state);
  const Tensor last = mse_loss(at.head(out.state.h), select(at.y, 1, -1));
  const double zero = at.loss(at.lstm.zero_state(3)).item(), needed = at.loss(at.state).item();
  const double h_alone = at.loss({at.state.h, zeros({3, 3})}).item();
  const exercise::Window got = at.train(at.none, at.state);
  CHECK_MESSAGE(!near(got.loss, last.item()), "the last step alone: there is a target for every step");
  CHECK_MESSAGE(!near(got.loss, zero), "this window began at 0: the state that is given must be used");
  CHECK_MESSAGE(!near(got.loss, h_alone), "the state has two parts, h and c; here c began at 0");
  CHECK(near(got.loss, needed));
  INFO("the state is the one after the window, computed before the weights change");
  CHECK(near(got.state.h, out.state.h));
  CHECK(near(got.state.c, out.state.c));
}

TEST_CASE("numbers without a history") {
  const Setting at = setting();
  const exercise::Window first = at.train(at.none, at.state);
  INFO(
      "the state must be detached: with its history, the gradient of the next window would run back into this one, through "
      "weights that have changed");
  CHECK_FALSE(first.state.h.requires_grad());
  CHECK_FALSE(first.state.c.requires_grad());
}

TEST_CASE("the step") {
  const Setting at = setting();
  std::vector<Tensor> weights;
  for (const auto& [name, weight] : at.parameters()) weights.push_back(weight);
  const std::vector<Tensor> slopes = grad(at.loss(at.state), weights);
  std::vector<Tensor> needed;
  for (std::size_t i = 0; i < weights.size(); ++i) needed.push_back((weights[i] - 0.1 * slopes[i]).detach());
  at.train(at.none, at.state);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    INFO("weight " << i << ": w - lr g, for the LSTM and for the dense layer");
    CHECK(near(weights[i], needed[i]));
  }
}

TEST_CASE("another series begins") {
  const Setting at = setting();
  const Tensor begins = tensor({0, 1, 0}), kept = tensor({{1}, {0}, {1}});
  const nn::LSTMState mixed = {at.state.h * kept, at.state.c * kept};
  const double needed = at.loss(mixed).item(), ignored = at.loss(at.state).item();
  const double reset = at.loss(at.lstm.zero_state(3)).item();
  const double reversed = at.loss({at.state.h * (1 - kept), at.state.c * (1 - kept)}).item();
  const exercise::Window got = at.train(begins, at.state);
  CHECK_MESSAGE(!near(got.loss, ignored), "row 1 begins another series: its state must be 0 first");
  CHECK_MESSAGE(!near(got.loss, reset), "only row 1 begins: the other rows keep their state");
  CHECK_MESSAGE(!near(got.loss, reversed),
                "the rows that go on were set to 0, and the one that begins was not");
  CHECK(near(got.loss, needed));
}

TEST_CASE("a state that is no number") {
  const Setting at = setting();
  const Tensor begins = tensor({1, 0, 0}), bad = tensor({{std::nan("")}, {0}, {0}});
  const exercise::Window got = at.train(begins, {at.state.h + bad, at.state.c + bad});
  INFO("row 0 begins, so its old state must not matter, even if it is NaN: a product with 0 would keep NaN");
  CHECK(std::isfinite(got.loss));
}

TEST_CASE("the window after") {
  const Setting at = setting();
  const exercise::Window first = at.train(at.none, at.state);
  const Tensor slope = grad(at.loss(first.state), {at.head.weight})[0];
  const Tensor needed = (at.head.weight - 0.1 * slope).detach();
  at.train(at.none, first.state);
  INFO(
      "a second call with the gradient of its own loss alone: clear those of the first call before backward()");
  CHECK(near(at.head.weight, needed));
}
