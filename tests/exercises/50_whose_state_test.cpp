#include EXERCISE
#include "check.hpp"

using namespace tg;

namespace {

// The numbers 0, 1, 2, .. as a series with one feature.
Tensor counted(int length) { return reshape(arange(length), {length, 1}); }

}  // namespace

TEST_CASE("each row goes on where it was") {
  // 3 rows, windows of 2 steps, 4 batches: 24 numbers.
  const Tensor got = exercise::batches(counted(24), 3, 2);
  CHECK_MESSAGE(got.shape() == Shape({4, 3, 2, 1}), "[batches, rows, steps, D]: the batches come first");
  CHECK_MESSAGE(!near(got, reshape(arange(24), {4, 3, 2, 1})),
                "dealt to the rows one after the other: row 0 of batch 1 holds 6 and 7, but its state comes "
                "from 0 and 1");
  CHECK_MESSAGE(!near(got, permute(reshape(arange(24), {4, 2, 3, 1}), {0, 2, 1, 3})),
                "each row takes every third number: the steps of a window must follow each other");
  for (int batch = 0; batch + 1 < 4; ++batch)
    for (int row = 0; row < 3; ++row) {
      INFO("row " << row << " of batch " << batch + 1
                  << " must begin just after the last step of the same row in the batch before");
      CHECK(near(got.at({batch + 1, row, 0, 0}), got.at({batch, row, 1, 0}) + 1));
    }
  INFO("and all numbers must be there: row 0 holds 0 to 7, row 1 holds 8 to 15, row 2 holds 16 to 23");
  CHECK(near(got, permute(reshape(arange(24), {3, 4, 2, 1}), {1, 0, 2, 3})));
}

TEST_CASE("a rest at the end") {
  INFO("29 numbers fill 4 batches of 3 rows and 2 steps. The last 5 numbers are left out, not the first");
  CHECK(near(exercise::batches(counted(29), 3, 2), exercise::batches(counted(24), 3, 2)));
}

TEST_CASE("features stay together") {
  const Tensor series = concat({counted(12), counted(12) + 100}, 1);  // [12,2]
  const Tensor got = exercise::batches(series, 2, 3);
  INFO("the two features of a step belong to the same step");
  CHECK(near(select(got, 3, 1), select(got, 3, 0) + 100));
}

TEST_CASE("an LSTM with a carried state") {
  manual_seed(1);
  const nn::LSTM lstm(2, 3);
  const Tensor series = randn({24, 2}), laid = exercise::batches(series, 2, 3);
  REQUIRE(laid.dim(0) == 4);
  nn::LSTMState state = lstm.zero_state(2);
  for (int batch = 0; batch < 4; ++batch)
    state = lstm(select(laid, 0, batch), {.initial_state = state}).state;
  INFO(
      "row 0 must end with the state after one pass over the first half of the series, row 1 over the second");
  CHECK(near(state.h, lstm(reshape(series, {2, 12, 2})).state.h));
}
