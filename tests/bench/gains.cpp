// What the files that are only speed gain over their plain forms, which stand at their heads. `make bench-gains`.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <thread>

#include "tinygrad_cpp/array/kernels/parallel.hpp"
#include "tinygrad_cpp/array/kernels/products.hpp"
#include "tinygrad_cpp/array/kernels/scaled_number.hpp"
#include "tinygrad_cpp/array/pool.hpp"
#include "tinygrad_cpp/ops/fused_ctc.hpp"
#include "tinygrad_cpp/ops/fused_lstm.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

using namespace tg;

namespace {

using Numbers = std::vector<Real>;

void plain_product(Real* out, const kernels::Matrix& a, const kernels::Matrix& b) {
  for (std::int64_t i = 0; i < a.rows; ++i)
    for (std::int64_t k = 0; k < a.columns; ++k)
      for (std::int64_t j = 0; j < b.columns; ++j)
        out[i * b.columns + j] += a.data[i * a.row_step + k] * b.data[k * b.row_step + j];
}

template <auto product>
void square_product(benchmark::State& state) {
  const std::int64_t n = state.range(0);
  const auto size = static_cast<std::size_t>(n * n);
  const Numbers a(size, 1), b(size, 1);
  Numbers out(size);
  for (auto _ : state) {
    product(out.data(), kernels::Matrix(a.data(), n, n), kernels::Matrix(b.data(), n, n));
    benchmark::ClobberMemory();
  }
}

/// Starts and joins two threads for a loop.
void new_threads(std::int64_t count, void* context, void (*body)(void*, std::int64_t, std::int64_t)) {
  std::thread other([=] { body(context, count / 2, count); });
  body(context, 0, count / 2);
  other.join();
}

template <auto run>
void loop(benchmark::State& state) {
  Numbers numbers(static_cast<std::size_t>(state.range(0)), 1);
  for (auto _ : state)
    run(state.range(0), &numbers, [](void* context, std::int64_t begin, std::int64_t end) {
      Real* values = static_cast<Numbers*>(context)->data();
      for (std::int64_t i = begin; i < end; ++i) values[i] = values[i] * Real(0.5) + 1;
    });
}

void* plain_allocate(std::size_t bytes) { return std::aligned_alloc(64, (bytes + 63) / 64 * 64); }
void plain_release(void* block, std::size_t) { std::free(block); }

/// A block is asked for, written and given back, as an operation's result is.
template <auto allocate, auto release>
void block(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    void* at = allocate(bytes);
    std::fill_n(static_cast<Real*>(at), bytes / sizeof(Real), Real(1));
    benchmark::DoNotOptimize(at);
    benchmark::ClobberMemory();
    release(at, bytes);
  }
}

/// a[i] = (a[i] + b[i]) / 2, in probabilities of which only the logarithms are Reals.
void logarithms(benchmark::State& state) {
  std::vector<double> a(1000, -500), b(1000, -501);
  for (auto _ : state) {
    for (std::size_t i = 0; i < a.size(); ++i)
      a[i] = std::max(a[i], b[i]) + std::log1p(std::exp(-std::abs(a[i] - b[i]))) - 0.69;
    benchmark::ClobberMemory();
  }
}

void scaled_numbers(benchmark::State& state) {
  Numbers a(1000, 1), b(1000, 1);
  std::vector<scaled::Exponent> a_exponent(1000, -721), b_exponent(1000, -722);
  const scaled::Row x{a.data(), a_exponent.data()}, y{b.data(), b_exponent.data()};
  const scaled::Number half{1, -1};
  for (auto _ : state) {
    for (std::int64_t i = 0; i < 1000; ++i) x.set(i, scaled::product(scaled::sum(x[i], y[i]), half));
    benchmark::ClobberMemory();
  }
}

/// Forward and backward.
template <auto run>
void recurrent(benchmark::State& state) {
  const int batch = static_cast<int>(state.range(0)), hidden = static_cast<int>(state.range(1));
  const nn::LSTM layer(20, hidden);
  const nn::LSTMState start = layer.zero_state(batch);
  const Tensor x = randn({batch, 100, 20});
  for (auto _ : state)
    sum(run(x, {layer.weight_x, layer.weight_h, layer.bias}, {start.h, start.c}, {}, false)).backward();
}

template <auto run>
void connectionist(benchmark::State& state) {
  const int batch = static_cast<int>(state.range(0)), length = static_cast<int>(state.range(1));
  const Tensor scores = randn({batch, 5 * length, 29}).requires_grad(true);
  std::vector<std::vector<int>> labels(static_cast<std::size_t>(batch));
  for (auto& one : labels)
    for (int i = 0; i < length; ++i) one.push_back(random_stream().below(28));
  const CTCTargets targets = ctc_targets("gains", scores, labels, 28, {});
  for (auto _ : state) sum(run(scores, targets, CTCInput::scores)).backward();
}

}  // namespace

#define COMPARE(name, machinery, plain, ...)                    \
  BENCHMARK(machinery)->Name(name)->__VA_ARGS__->UseRealTime(); \
  BENCHMARK(plain)->Name(name "_plain")->__VA_ARGS__->UseRealTime()

COMPARE("product", square_product<kernels::add_product>, square_product<plain_product>,
        Arg(16)->Arg(64)->Arg(256)->Arg(1024));
COMPARE("threads", loop<run_parallel>, loop<new_threads>, Arg(1 << 16)->Arg(1 << 20));
COMPARE("memory", (block<pool::allocate, pool::release>), (block<plain_allocate, plain_release>),
        Arg(256)->Arg(1 << 16)->Arg(1 << 22)->Arg(1 << 26));
COMPARE("scaled", scaled_numbers, logarithms, Unit(benchmark::kMicrosecond));
COMPARE("lstm", recurrent<lstm>, recurrent<lstm_of_operations>, Args({1, 16})->Args({32, 128}));
COMPARE("ctc", connectionist<ctc>, connectionist<ctc_of_operations>, Args({8, 20})->Args({32, 30}));

BENCHMARK_MAIN();
