#include <numbers>

#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

const int rows = 16;

// level + size sin, one swing in all rows: [rows,1]
Tensor swinging(double level, double size) {
  std::vector<Real> values;
  for (int t = 0; t < rows; ++t) values.push_back(level + size * std::sin(2 * std::numbers::pi * t / rows));
  return Tensor({rows, 1}, values);
}

// Trains a readout that begins at 0 to say level + sin, from units that show `hidden` and one that swings.
nn::Dense trained_readout(const std::vector<double>& hidden, double level) {
  std::vector<Tensor> units = {swinging(0, 1)};
  for (const double h : hidden) units.push_back(full({rows, 1}, h));
  const Tensor h = concat(units, 1), series = swinging(level, 1);
  const nn::Dense readout(h.dim(1), 1);
  readout.weight.assign(zeros(readout.weight.shape()));
  optim::Adam adam(readout.parameters(), {.lr = 0.02});
  for (int step = 0; step < 300; ++step) {
    adam.zero_grad();
    mse_loss(readout(h), series).backward();
    adam.step();
  }
  REQUIRE(mse_loss(readout(h), series).item() < 1e-3);
  return readout;
}

double measured(const std::vector<double>& hidden, double level = 2) {
  return trained_readout(hidden, level).bias.item() / level;
}

}  // namespace

TEST_CASE("eight units that show 0.5") {
  const std::vector<double> hidden(8, 0.5);
  const double predicted = exercise::bias_share(hidden), found = measured(hidden);
  CHECK_MESSAGE(
      !near(predicted, 1),
      "1 would be right if the bias learned alone: it could say the level, but all weights learn at once");
  CHECK_MESSAGE(!near(predicted, 0), "0: the bias learns too, at the same pace as the weights");
  CHECK_MESSAGE(
      !near(predicted, 1. / 9, 1e-3),
      "1/9 counts nine equal shares: they all go the same distance, but a weight acts through what its unit "
      "shows, half as much as the bias");
  CHECK_MESSAGE(
      !near(predicted, 1. / 3, 1e-3),
      "1/3 is gradient descent's share: there a weight goes h times as far as the bias; Adam divides each "
      "gradient by its own size, so all go the same distance");
  CHECK_MESSAGE(!near(predicted, 0.8, 1e-3),
                "0.8 is what the eight weights say together; the question is the rest");
  INFO("got: your prediction; needed: what the trained readout holds");
  CHECK(near(predicted, found, 1e-3));
}

TEST_CASE("units of other sizes") {
  INFO("the test trained another readout: how many units there are matters, and how much each shows");
  CHECK(near(exercise::bias_share({}), measured({}), 1e-3));
  CHECK(near(exercise::bias_share({1}), measured({1}), 1e-3));
  CHECK(near(exercise::bias_share({2, 0.5, 0}), measured({2, 0.5, 0}), 1e-3));
}

TEST_CASE("units below 0") {
  const std::vector<double> hidden = {0.5, -0.5, -1};
  INFO(
      "the weight of a unit that shows less than 0 goes down, and raises the output all the same: the size counts, "
      "not the sign");
  CHECK(near(exercise::bias_share(hidden), measured(hidden), 1e-3));
  INFO("and a level below 0 is shared out in the same way");
  CHECK(near(exercise::bias_share(hidden), measured(hidden, -1), 1e-3));
}

TEST_CASE("a whole autoencoder") {
  manual_seed(1);
  const int hidden = 20;
  const nn::LSTM encoder(1, hidden);
  const nn::LSTMCell decoder(1, hidden);
  const nn::Dense readout(hidden, 1);
  optim::Adam adam({{"encoder", encoder}, {"decoder", decoder}, {"readout", readout}}, {.lr = 1e-3});
  const Tensor series = reshape(swinging(0.6, 0.03), {1, rows, 1});
  Tensor shown, said;  // [rows,H], [rows,1]
  for (int step = 0; step < 200; ++step) {
    nn::LSTMState state = encoder(series).state;
    std::vector<Tensor> states = {state.h};
    while (states.size() < rows) {
      state = decoder(readout(state.h), state);
      states.push_back(state.h);
    }
    shown = concat(states, 0), said = readout(shown);
    adam.zero_grad();
    mse_loss(reshape(said, {1, rows, 1}), series).backward();
    adam.step();
  }
  REQUIRE(near(mean(said).item(), 0.6, 0.02));
  const double share = readout.bias.item() / mean(said).item();
  const double of_readout = exercise::bias_share(mean(shown, 0).values());
  INFO(
      "here the LSTM bends too, so the bias of the readout holds even less than your share for what h shows: "
      << share << " of the level");
  CHECK(share < of_readout);
}
