// The limits of bench.cpp's workloads, under the same names: the same arithmetic by hand (by_hand.hpp), and
// what the cores and the memory can do at most. `make limits` sets both side by side. The program ends with an
// error where a loss by hand is not the engine's.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>

#include "by_hand_speech.hpp"
#include "workloads.hpp"

using namespace workloads;
using by_hand::Numbers;

namespace {

Numbers numbers(const Tensor& tensor) {
  const auto values = tensor.values();
  return {values.begin(), values.end()};
}

template <class Model>
Numbers weights(const Model& model) {
  Numbers all;
  for (const auto& [name, tensor] : model.parameters())
    for (Real value : tensor.values()) all.push_back(value);
  return all;
}

bool all_equal = true;

/// Five steps of both from the same start.
template <class Model, class Loss, class ByHand>
void compare(const char* name, const Model& model, Loss loss, ByHand& by_hand) {
  optim::Adam adam(model.parameters());
  for (int step = 0; step < 5; ++step) {
    adam.zero_grad();
    const Tensor ours = loss(model);
    ours.backward();
    adam.step();
    const double a = ours.item(), b = by_hand.step();
    if (std::abs(a - b) <= 1e-4 * std::abs(a)) continue;
    fmt::print(stderr, "{}: the loss of step {} is {} by the engine and {} by hand\n", name, step, a, b);
    all_equal = false;
  }
}

template <class ByHand>
void steps(benchmark::State& state, ByHand& by_hand, double operations) {
  for (auto _ : state) benchmark::DoNotOptimize(by_hand.step());
  state.counters["operations"] = operations;  // of its products: a multiplication and an addition are two
}

template <int H>
void autoencoder(benchmark::State& state) {
  manual_seed(0);
  const Tensor series = uniform({1, 14, 5}, 0, 1);
  const Autoencoder model(5, H);
  by_hand::Autoencoder<14, 5, H> by_hand(weights(model), numbers(series));
  compare(
      "autoencoder", model, [&](auto& net) { return mse_loss(net(series), series); }, by_hand);
  steps(state, by_hand, 3 * 2. * (27 * 4 * H * (5 + H) + 14 * H * 5));
}

void speech(benchmark::State& state) {
  manual_seed(0);
  const int B = static_cast<int>(state.range(0)), T = static_cast<int>(state.range(1)),
            H = static_cast<int>(state.range(2));
  const Tensor x = randn({B, T, 20});
  const auto targets = random_targets(B, T / 10);
  const SpeechNet model(H);
  by_hand::SpeechNet by_hand(weights(model), numbers(x), T, targets, H);
  compare(
      "speech", model, [&](auto& net) { return speech_loss(net(x), targets); }, by_hand);
  const double first = 2. * (3 * H + 2 * 20) * 4 * H, second = 2. * 3 * (2 * H + H) * 4 * H,
               dense = 3 * 2. * H * 29;
  steps(state, by_hand, 2. * B * T * (first + second + dense));
}

void perceptron(benchmark::State& state) {
  manual_seed(0);
  const Tensor x = randn({128, 784});
  const std::vector<int> labels = random_labels(128, 10);
  const Indices y({128}, labels);
  const Perceptron model;
  by_hand::Perceptron by_hand(weights(model), numbers(x), labels);
  compare(
      "perceptron", model, [&](auto& net) { return cross_entropy(net(x), y); }, by_hand);
  steps(state, by_hand, 128 * 2. * (2 * 784 * 256 + 3 * 256 * 10));
}

void ctc_alone(benchmark::State& state) {
  manual_seed(0);
  const int T = static_cast<int>(state.range(0)), B = static_cast<int>(state.range(1));
  const Tensor scores = randn({B, T, 29});
  const auto targets = random_targets(B, static_cast<int>(state.range(2)));
  const Numbers by_time = numbers(permute(scores, {1, 0, 2})), ones(static_cast<std::size_t>(B), 1.f);
  Numbers gradient(by_time.size());
  by_hand::CTC ctc(T, targets, 29);
  const double a = ctc_loss(scores, targets, 28, {.reduction = Reduction::sum}).item(),
               b = ctc(by_time.data(), ones, gradient.data());
  if (std::abs(a - b) > 1e-4 * a) {
    fmt::print(stderr, "ctc: the loss is {} by the engine and {} by hand\n", a, b);
    all_equal = false;
  }
  for (auto _ : state) benchmark::DoNotOptimize(ctc(by_time.data(), ones, gradient.data()));
}

/// Multiplications and additions in registers, on all threads.
void peak(benchmark::State& state, double operations) {
#ifdef __AVX512F__
  constexpr int bytes = 64;
#else
  constexpr int bytes = 32;
#endif
  using Vector __attribute__((vector_size(bytes))) = float;
  constexpr int vectors = 12, width = bytes / 4;
  const auto rounds = static_cast<std::int64_t>(operations / (2 * vectors * width));
  for (auto _ : state)
    parallel_for(rounds, parallel_grain, [](std::int64_t begin, std::int64_t end) {
      Vector sums[vectors] = {}, factor = {};
      benchmark::DoNotOptimize(factor);
      for (std::int64_t i = begin; i < end; ++i)
#pragma GCC unroll 12
        for (Vector& sum : sums) sum = sum * factor + factor;
      benchmark::DoNotOptimize(sums);
    });
  state.counters["operations"] = operations;
}

void product(benchmark::State& state) { peak(state, 2. * std::pow(static_cast<double>(state.range(0)), 3)); }

/// Reads 16 MB and writes 16 MB, on all threads: what a function of each element cannot do without.
void copy(benchmark::State& state) {
  const Numbers from(4'000'000, 1);
  Numbers to(from.size());
  for (auto _ : state) {
    parallel_for(4'000'000, 1, [&](std::int64_t begin, std::int64_t end) {
      std::copy(from.begin() + begin, from.begin() + end, to.begin() + begin);
    });
    benchmark::ClobberMemory();
  }
}

}  // namespace

BENCHMARK(autoencoder<5>)->Name("autoencoder_h5")->UseRealTime();
BENCHMARK(autoencoder<100>)->Name("autoencoder_h100")->UseRealTime();
BENCHMARK(ctc_alone)->Name("ctc_T150_B32_L40")->Args({150, 32, 40})->UseRealTime();
BENCHMARK(ctc_alone)->Name("ctc_T1000_B8_L100")->Args({1000, 8, 100})->UseRealTime();
BENCHMARK(ctc_alone)->Name("ctc_T1000_B32_L150")->Args({1000, 32, 150})->UseRealTime();
BENCHMARK(speech)->Name("speech_B16_T100_H64")->Args({16, 100, 64})->UseRealTime();
BENCHMARK(speech)->Name("speech_B32_T200_H128")->Args({32, 200, 128})->UseRealTime();
BENCHMARK(speech)->Name("speech_B8_T1000_H128")->Args({8, 1000, 128})->UseRealTime();
BENCHMARK(perceptron)->Name("mlp_784_256_10_B128")->UseRealTime();
BENCHMARK(product)->Name("matmul_64")->Arg(64)->UseRealTime();
BENCHMARK(product)->Name("matmul_256")->Arg(256)->UseRealTime();
BENCHMARK(product)->Name("matmul_1024")->Arg(1024)->UseRealTime();
BENCHMARK(copy)->Name("exp_4M")->UseRealTime();
BENCHMARK(copy)->Name("tanh_4M")->UseRealTime();
BENCHMARK(copy)->Name("sigmoid_4M")->UseRealTime();
BENCHMARK(copy)->Name("mul_4M")->UseRealTime();

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return all_equal ? EXIT_SUCCESS : EXIT_FAILURE;
}
