// Networks that run without gradients: the same numbers as with them, and what a stream of frames costs.
#include <doctest/doctest.h>

#include <cstdlib>
#include <limits>
#include <new>

#include "support.hpp"
#include "tinygrad_cpp/array/pool.hpp"

using namespace tg;

namespace {

thread_local std::uint64_t heap_blocks = 0;  // that this thread has asked for

/// What f asks the system for: blocks of arrays and tensors, and of anything else.
template <class F>
std::uint64_t blocks_in(F f) {
  const std::uint64_t before = heap_blocks + pool::system_blocks();
  f();
  return heap_blocks + pool::system_blocks() - before;
}

bool pool_keeps_blocks() {
  const auto block = [] { pool::release(pool::allocate(192), 192); };
  block();
  return blocks_in(block) == 0;
}

}  // namespace

void* operator new(std::size_t bytes) {
  ++heap_blocks;
  if (void* block = std::malloc(bytes)) return block;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  ++heap_blocks;
  return std::malloc(bytes);
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

TEST_CASE("inference: recurrent layers give the same bits without gradients as with them") {
  manual_seed(5);
  const nn::LSTM lstm(6, 10);
  const nn::BiLSTM both(6, 10);
  for (int batch : {1, 3, 16})
    for (int steps : {1, 5, 20}) {
      const Tensor x = randn({batch, steps, 6});
      std::vector<int> lengths;
      for (int item = 0; item < batch; ++item) lengths.push_back(1 + 7 * item % steps);
      for (const std::vector<int>& real : {std::vector<int>(), lengths}) {
        const nn::LSTMOutput a = lstm(x, {.lengths = real}), b = both(x, {.lengths = real}),
                             c = lstm(x, {.lengths = real, .reverse = true});
        CHECK(a.sequence.requires_grad());
        const NoGrad off;
        const nn::LSTMOutput plain_a = lstm(x, {.lengths = real}), plain_b = both(x, {.lengths = real}),
                             plain_c = lstm(x, {.lengths = real, .reverse = true});
        CHECK(!plain_a.sequence.requires_grad());
        CHECK((same(plain_a.sequence, a.sequence) && same(plain_a.state.h, a.state.h) &&
               same(plain_a.state.c, a.state.c)));
        CHECK((same(plain_b.sequence, b.sequence) && same(plain_b.state.h, b.state.h) &&
               same(plain_b.state.c, b.state.c)));
        CHECK((same(plain_c.sequence, c.sequence) && same(plain_c.state.h, c.state.h) &&
               same(plain_c.state.c, c.state.c)));
      }
    }
}

TEST_CASE("inference: AnomalyMode tells which weight was not finite, as it does with gradients") {
  const NoGrad off;
  const AnomalyMode on;
  const nn::LSTM lstm(2, 3);
  lstm.bias.assign(full({12}, std::numeric_limits<double>::quiet_NaN()));
  CHECK(fails_with([&] { lstm(ones({1, 2, 2})); }, "[lstm] input 3, shape [12], already holds nan"));
}

TEST_CASE("inference: a BiLSTM is its two LSTMs side by side") {
  manual_seed(6);
  const nn::BiLSTM both(6, 10);
  const std::vector<int> lengths = {4, 9, 1};
  const Tensor x = randn({3, 9, 6}), h = randn({3, 20}), c = randn({3, 20});
  const auto half = [](const Tensor& a, int i) { return slice(a, 1, 10 * i, 10 * (i + 1)); };
  const nn::LSTMOutput all = both(x, {.lengths = lengths, .initial_state = {h, c}}),
                       there =
                           both.forward(x, {.lengths = lengths, .initial_state = {half(h, 0), half(c, 0)}}),
                       back = both.backward(x, {.lengths = lengths,
                                                .initial_state = {half(h, 1), half(c, 1)},
                                                .reverse = true});
  CHECK(close(all.sequence, concat({there.sequence, back.sequence}, 2)));
  CHECK(close(all.state.h, concat({there.state.h, back.state.h}, 1)));
  CHECK(close(all.state.c, concat({there.state.c, back.state.c}, 1)));
}

TEST_CASE("inference: frame by frame the same as at once, and no memory is asked for after the first frame") {
  manual_seed(7);
  const NoGrad off;
  const nn::LSTM lstm(40, 96);
  const nn::GRU gru(40, 96);
  const nn::Dense dense(96, 28);
  const int frames = 30;
  const Tensor x = randn({1, frames, 40});
  const Tensor of_lstm = log_softmax(dense(lstm(x).sequence)), of_gru = log_softmax(dense(gru(x).sequence));
  const std::vector<Tensor> xs = unstack(x, 1);
  nn::LSTMState state = lstm.zero_state(1);
  Tensor h = zeros({1, 96}), from_lstm, from_gru;
  for (int t = 0; t < frames; ++t) {
    const std::uint64_t blocks = blocks_in([&] {
      const Tensor& frame = xs[static_cast<std::size_t>(t)];  // [1,40]
      state = lstm.LSTMCell::operator()(frame, state);
      from_lstm = log_softmax(dense(state.h));
      h = gru(reshape(frame, Shape{1, 1, 40}), {.initial_state = h}).state;
      from_gru = log_softmax(dense(h));
    });
    CHECK(close(from_lstm, select(of_lstm, 1, t)));
    CHECK(close(from_gru, select(of_gru, 1, t)));
    if (t > 0 && pool_keeps_blocks()) CHECK(blocks == 0);
  }
}
