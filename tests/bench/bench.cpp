// How fast the engine is, under the names that tests/peers gives the same work in its peers. `make bench` runs
// it, `make bench-peers` sets both side by side.
#include <benchmark/benchmark.h>

#include "workloads.hpp"

using namespace workloads;

namespace {

/// One Adam step an iteration.
template <class Model, class Loss>
void train(benchmark::State& state, const Model& model, Loss loss) {
  optim::Adam adam(model.parameters());
  for (auto _ : state) {
    adam.zero_grad();
    loss(model).backward();
    adam.step();
  }
}

void autoencoder(benchmark::State& state) {
  manual_seed(0);
  const Tensor series = uniform({1, 14, 5}, 0, 1);
  train(state, Autoencoder(5, static_cast<int>(state.range(0))),
        [&](auto& model) { return mse_loss(model(series), series); });
}

/// CTC alone: raw scores to loss to gradient.
void ctc_alone(benchmark::State& state) {
  manual_seed(0);
  const int steps = static_cast<int>(state.range(0)), batch = static_cast<int>(state.range(1));
  const Tensor scores = randn({batch, steps, 29}).requires_grad(true);
  const auto targets = random_targets(batch, static_cast<int>(state.range(2)));
  for (auto _ : state) {
    scores.zero_grad();
    ctc_loss(scores, targets, 28, {.reduction = Reduction::sum}).backward();
  }
}

void speech(benchmark::State& state) {
  manual_seed(0);
  const int batch = static_cast<int>(state.range(0)), steps = static_cast<int>(state.range(1));
  const Tensor x = randn({batch, steps, 20});
  const auto targets = random_targets(batch, steps / 10);
  train(state, SpeechNet(static_cast<int>(state.range(2))),
        [&](auto& model) { return speech_loss(model(x), targets); });
}

/// The network of lesson 06 reads sequences, without gradients.
void infer(benchmark::State& state) {
  manual_seed(0);
  const NoGrad off;
  const SpeechNet net(96, 40, 28);
  const Tensor x = randn({static_cast<int>(state.range(0)), static_cast<int>(state.range(1)), 40});
  for (auto _ : state) benchmark::DoNotOptimize(log_softmax(net(x)));
}

/// One frame of 40 features an iteration, without gradients; the layer's state goes from each to the next.
void stream_lstm(benchmark::State& state) {
  const NoGrad off;
  const nn::LSTMCell cell(40, 96);
  const Tensor frame = randn({1, 40});
  nn::LSTMState now = cell.zero_state(1);
  for (auto _ : state) now = cell(frame, now);
}
void stream_gru(benchmark::State& state) {
  const NoGrad off;
  const nn::GRU gru(40, 96);
  const Tensor frame = randn({1, 1, 40});
  Tensor now = zeros({1, 96});
  for (auto _ : state) now = gru(frame, {.initial_state = now}).state;
}

void perceptron(benchmark::State& state) {
  manual_seed(0);
  const Tensor x = randn({128, 784});
  const Indices y({128}, random_labels(128, 10));
  train(state, Perceptron(), [&](auto& model) { return cross_entropy(model(x), y); });
}

void product(benchmark::State& state) {
  const int n = static_cast<int>(state.range(0));
  const Tensor a = randn({n, n}), b = randn({n, n});
  for (auto _ : state) benchmark::DoNotOptimize(matmul(a, b));
}

template <class F>
void pointwise(benchmark::State& state, F f) {
  const Tensor v = randn({4'000'000});
  for (auto _ : state) benchmark::DoNotOptimize(f(v));
}

/// A chain of one-element operations, forward and backward; `per` of them an iteration.
void chain(benchmark::State& state) {
  for (auto _ : state) {
    const Tensor z = ones({1}).requires_grad(true);
    Tensor w = z;
    for (int i = 0; i < 10'000; ++i) w = w * 1.0001 + 0.5;
    w.backward();
  }
  state.counters["per"] = 20'000;
}

}  // namespace

BENCHMARK(autoencoder)->Name("autoencoder_h5")->Arg(5)->UseRealTime();
BENCHMARK(autoencoder)->Name("autoencoder_h100")->Arg(100)->UseRealTime();
BENCHMARK(ctc_alone)->Name("ctc_T150_B32_L40")->Args({150, 32, 40})->UseRealTime();
BENCHMARK(ctc_alone)->Name("ctc_T1000_B8_L100")->Args({1000, 8, 100})->UseRealTime();
BENCHMARK(ctc_alone)->Name("ctc_T1000_B32_L150")->Args({1000, 32, 150})->UseRealTime();
BENCHMARK(speech)->Name("speech_B16_T100_H64")->Args({16, 100, 64})->UseRealTime();
BENCHMARK(speech)->Name("speech_B32_T200_H128")->Args({32, 200, 128})->UseRealTime();
BENCHMARK(speech)->Name("speech_B8_T1000_H128")->Args({8, 1000, 128})->UseRealTime();
BENCHMARK(infer)->Name("infer_B1_T50")->Args({1, 50})->UseRealTime();
BENCHMARK(infer)->Name("infer_B1_T200")->Args({1, 200})->UseRealTime();
BENCHMARK(infer)->Name("infer_B1_T1000")->Args({1, 1000})->UseRealTime();
BENCHMARK(infer)->Name("infer_B16_T50")->Args({16, 50})->UseRealTime();
BENCHMARK(infer)->Name("infer_B16_T200")->Args({16, 200})->UseRealTime();
BENCHMARK(infer)->Name("infer_B16_T1000")->Args({16, 1000})->UseRealTime();
BENCHMARK(infer)->Name("infer_B64_T50")->Args({64, 50})->UseRealTime();
BENCHMARK(infer)->Name("infer_B64_T200")->Args({64, 200})->UseRealTime();
BENCHMARK(infer)->Name("infer_B64_T1000")->Args({64, 1000})->UseRealTime();
BENCHMARK(stream_lstm)->Name("stream_lstm_H96")->UseRealTime();
BENCHMARK(stream_gru)->Name("stream_gru_H96")->UseRealTime();
BENCHMARK(perceptron)->Name("mlp_784_256_10_B128")->UseRealTime();
BENCHMARK(product)->Name("matmul_64")->Arg(64)->UseRealTime();
BENCHMARK(product)->Name("matmul_256")->Arg(256)->UseRealTime();
BENCHMARK(product)->Name("matmul_1024")->Arg(1024)->UseRealTime();
BENCHMARK_CAPTURE(pointwise, exp, [](auto& v) { return exp(v); }) -> Name("exp_4M") -> UseRealTime();
BENCHMARK_CAPTURE(pointwise, tanh, [](auto& v) { return tanh(v); }) -> Name("tanh_4M") -> UseRealTime();
BENCHMARK_CAPTURE(pointwise, sigmoid, [](auto& v) { return sigmoid(v); }) -> Name("sigmoid_4M")
    -> UseRealTime();
BENCHMARK_CAPTURE(pointwise, mul, [](auto& v) { return v * v; }) -> Name("mul_4M") -> UseRealTime();
BENCHMARK(chain)->Name("tiny_op")->UseRealTime();

BENCHMARK_MAIN();
