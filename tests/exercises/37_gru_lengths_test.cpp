#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

struct Case {
  exercise::GRU gru{2, 3};
  nn::GRU engine{2, 3};
  Tensor x;
  std::vector<int> lengths = {4, 2, 1};

  Case() {
    manual_seed(1);
    gru.bias_x.assign(randn({9})), gru.bias_h.assign(randn({9})), gru.start.assign(randn({3}));
    engine.weight_x = gru.weight_x, engine.weight_h = gru.weight_h;
    engine.bias_x = gru.bias_x, engine.bias_h = gru.bias_h;
    x = randn({3, 4, 2});
  }
  // The engine's layer on one item without padding.
  nn::RNNOutput alone(int item, int steps, bool reverse) const {
    const Tensor real = slice(slice(x, 0, item, item + 1), 1, 0, steps);
    return engine(real, {.initial_state = reshape(gru.start, {1, 3}), .reverse = reverse});
  }
  Tensor states(bool reverse) const {
    return concat({alone(0, 4, reverse).state, alone(1, 2, reverse).state, alone(2, 1, reverse).state}, 0);
  }
};

}  // namespace

TEST_CASE("one item, without padding") {
  const Case one;
  const Tensor x = slice(one.x, 0, 0, 1);
  const exercise::Read found = one.gru(x, {4});
  const nn::RNNOutput from_zeros = one.engine(x), needed = one.alone(0, 4, false);
  REQUIRE(found.sequence.defined());
  REQUIRE(found.state.defined());
  CHECK_MESSAGE(!near(found.state, from_zeros.state), "the item began at zeros: it begins at `start`");
  CHECK_MESSAGE(!near(slice(found.sequence, 1, 1, 4), slice(needed.sequence, 1, 0, 3)),
                "the sequence begins with the start: row t is h after step t");
  INFO("the gates stand in the order r z n, and next h = (1 - z) n + z h");
  CHECK(near(found.state, needed.state));
  INFO("[B,T,H]");
  CHECK(near(found.sequence, needed.sequence));
}

TEST_CASE("items of different lengths") {
  const Case one;
  const exercise::Read found = one.gru(one.x, one.lengths);
  const Tensor read_on =
      concat({one.alone(0, 4, false).state, one.alone(1, 4, false).state, one.alone(2, 4, false).state}, 0);
  CHECK_MESSAGE(!near(found.state, read_on),
                "the padding was read: a mask on the output does not keep it out of the state");
  CHECK_MESSAGE(
      !near(slice(found.state, 0, 1, 3), zeros({2, 3})),
      "the state was set to 0 where an item has ended: it stays as it was after the last real step");
  CHECK(near(found.state, one.states(false)));
  const Tensor after = slice(select(found.sequence, 0, 1), 0, 2, 4);
  CHECK_MESSAGE(!near(after, broadcast_to(select(found.state, 0, 1), {2, 3})),
                "after its length an item's state stays, but its sequence is 0");
  CHECK(near(after, zeros({2, 3})));
  CHECK(near(slice(slice(found.sequence, 0, 1, 2), 1, 0, 2), one.alone(1, 2, false).sequence));
}

TEST_CASE("in reverse") {
  const Case one;
  const exercise::Read found = one.gru(one.x, one.lengths, true);
  const nn::RNNOutput needed = one.alone(0, 4, true);
  CHECK_MESSAGE(!near(found.state, one.states(false)),
                "read forwards: in reverse the last real step comes first");
  CHECK_MESSAGE(!near(slice(found.state, 0, 1, 2), one.alone(1, 4, true).state),
                "it began in the padding: the first step that is read is the item's own last one");
  CHECK(near(found.state, one.states(true)));
  CHECK_MESSAGE(!near(slice(found.sequence, 0, 0, 1), flip(needed.sequence, 1)),
                "the rows stand in the order of reading: row t belongs to step t, in either direction");
  CHECK(near(slice(found.sequence, 0, 0, 1), needed.sequence));
  CHECK(near(slice(slice(found.sequence, 0, 1, 2), 1, 0, 2), one.alone(1, 2, true).sequence));
}

TEST_CASE("padding that is not a number") {
  const Case one;
  const Tensor mask = reshape(sequence_mask(one.lengths, 4), {3, 4, 1});
  const Tensor spoilt = where(mask, one.x, std::nan("")).requires_grad(true);
  for (const bool reverse : {false, true}) {
    const exercise::Read found = one.gru(spoilt, one.lengths, reverse),
                         needed = one.gru(one.x, one.lengths, reverse);
    INFO(std::string(reverse ? "in reverse" : "forwards"));
    CHECK_MESSAGE(near(found.state, needed.state),
                  "a NaN came through: a product with 0 does not stop it, where does");
    CHECK(near(found.sequence, needed.sequence));
    const auto slope = [&](const exercise::Read& read) {
      return grad(sum(read.sequence) + sum(read.state), {one.gru.weight_x})[0];
    };
    CHECK_MESSAGE(
        near(slope(found), slope(needed)),
        "the gradient of the weights is not that of clean padding: replace padded inputs before they are "
        "read");
  }
}

TEST_CASE("the parameters, and their gradients") {
  const Case one;
  const nn::Parameters parameters = one.gru.parameters();
  {
    INFO("five tensors: two weights, two biases and the start; what is not listed is not trained");
    CHECK(parameters.count() == 2 * 9 + 3 * 9 + 9 + 9 + 3);
  }
  for (const bool reverse : {false, true}) {
    const GradcheckResult result = gradcheck(parameters, [&] {
      const exercise::Read read = one.gru(one.x, one.lengths, reverse);
      return concat({read.sequence, reshape(read.state, {3, 1, 3})}, 1);
    });
    INFO("gradcheck(parameters, loss): h keeps its history, no detach(). " << result.text);
    CHECK(result.ok);
  }
}

TEST_CASE("it trains, and learns where to begin") {
  manual_seed(3);
  const exercise::GRU gru(1, 4);
  const nn::Dense readout(4, 1);
  optim::Adam adam({{"gru", gru.parameters()}, {"readout", readout}}, {.lr = 0.03});
  double last = 0;
  for (int step = 0; step < 200; ++step) {
    // The sum of the real steps of each item, behind padding of 9.
    const std::vector<int> lengths = {1, 2, 3, 4, 4, 3, 2, 1};
    const Tensor mask = reshape(sequence_mask(lengths, 4), {8, 4, 1}), x = uniform({8, 4, 1}, -0.5, 0.5);
    const Tensor state = gru(where(mask, x, 9), lengths).state;
    const Tensor loss = mse_loss(readout(state), sum(where(mask, x, 0), 1));
    adam.zero_grad();
    loss.backward();
    adam.step();
    if (step >= 180) last += loss.item() / 20;
  }
  INFO("it adds up the real steps; saying the mean costs about 0.2");
  CHECK(last < 0.02);
  const bool moved = !near(gru.start, zeros({4}), 1e-3);
  CHECK_MESSAGE(moved, "the start has not moved: it is not trained");
}
