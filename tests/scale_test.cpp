#include <doctest/doctest.h>
#include <pthread.h>

#include <functional>

#include "support.hpp"

// How the engine grows: deep graphs, shared values, many steps, long sequences.

using namespace tg;

namespace {

/// Runs f in a thread with a stack of 256 KiB.
void with_small_stack(std::function<void()> f) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  REQUIRE(pthread_attr_setstacksize(&attributes, 256 * 1024) == 0);
  pthread_t thread;
  const auto run = [](void* context) -> void* {
    (*static_cast<std::function<void()>*>(context))();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, run, &f) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

Tensor leaf(const Tensor& values) { return values.detach().clone().requires_grad(true); }

}  // namespace

TEST_CASE("a chain of 1,000,000 operations in a stack of 256 KiB") {
  with_small_stack([] {
    const Tensor x = leaf(1);
    const std::size_t before = live_nodes();
    {
      Tensor y = x;
      for (int i = 0; i < 500000; ++i) y = y * 1 + 0;
      CHECK(grad(y, {x})[0].item() == 1);
      y.backward();
      CHECK(x.grad().item() == 1);
    }
    x.zero_grad();
    CHECK(live_nodes() == before);
    {
      Tensor undone = x;  // destroyed with its history, no backward before
      for (int i = 0; i < 1000000; ++i) undone = -undone;
    }
    CHECK(live_nodes() == before);
  });
}

TEST_CASE("60 doublings take linear time") {
  const Tensor x = leaf(1);
  Tensor y = x;
  for (int i = 0; i < 60; ++i) y = y + y;
  y.backward();
  CHECK(static_cast<double>(x.grad().item()) == std::pow(2.0, 60));
}

TEST_CASE("live_nodes returns to its old value after each training step") {
  manual_seed(1);
  nn::LSTM lstm(3, 4);
  nn::Dense dense(4, 2);
  const nn::Parameters parameters{{"lstm", lstm}, {"dense", dense}};
  optim::Adam adam(parameters);
  const Tensor x = randn({2, 5, 3}), target = randn({2, 5, 2});
  std::size_t after_first = 0;
  for (int step = 0; step < 4; ++step) {
    adam.zero_grad();
    mse_loss(dense(lstm(x).sequence), target).backward();
    adam.step();
    if (step == 0) after_first = live_nodes();
    CHECK(live_nodes() == after_first);
  }
}

TEST_CASE("a sequence walked step by step costs O(T)") {
  if (sanitized) return;  // its own book of the memory would be timed
  const auto seconds = [](int steps) {
    const Tensor x = leaf(zeros({1, steps, 64}));
    const double start = computed_seconds();
    Tensor total = 0;
    for (int t = 0; t < steps; ++t) total = total + sum(select(x, 1, t)) + sum(slice(x, 1, t, t + 1));
    total.backward();
    return computed_seconds() - start;
  };
  seconds(64000);  // now the memory is there, and both sizes are larger than the caches
  double once = 1e9, four_times = 1e9;
  // The best of a few runs; of more where the machine is busy, which slows the two by different factors. O(T^2) gives 16.
  for (int run = 0; run < 3 || (run < 15 && four_times / once > 5); ++run) {
    once = std::min(once, seconds(16000));
    four_times = std::min(four_times, seconds(64000));
  }
  CAPTURE(four_times / once);
  CHECK(four_times / once <= 5);
}
