#include "tinygrad_cpp/nn/rnn.hpp"

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/nn/init.hpp"
#include "tinygrad_cpp/ops/matmul.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/recurrence.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {
namespace {

/// Runs step(input, h) over x, where the input is that step of x weight_x + bias.
template <class Step>
RNNOutput run(const char* op, const Tensor& x, const Tensor& weight_x, const Tensor& bias, int hidden,
              const RNNOptions& options, Step step) {
  if (x.rank() != 3)
    fail(op, "the input has shape {}; a sequence [B,T,D] is needed. One step is [B,1,D]", x.shape());
  const Tensor& given = options.initial_state;
  const Tensor start = given.defined() ? given : zeros({x.dim(0), hidden});
  check_recurrence(op, x, weight_x.dim(0), {&start, 1}, hidden, options.lengths);
  if (x.dim(1) == 1 && options.lengths.empty()) {  // a frame of a stream: no list is made
    const Tensor h = step(matmul(select(x, 1, 0), weight_x) + bias, start);
    return {reshape(h, Shape{x.dim(0), 1, hidden}), h};
  }
  const auto next = [&](const Tensor& input, const RecurrentState& before) {
    return RecurrentState{step(input, before[0])};
  };
  const Recurrence all = recur(x, weight_x, bias, {start}, next, options.lengths, options.reverse);
  return {all.sequences[0], all.state[0]};
}

}  // namespace

RNN::RNN(int in, int hidden) {
  check_recurrent_sizes("rnn", in, hidden, 1);
  weight_x = glorot_uniform(in, hidden);
  weight_h = orthogonal(hidden, hidden);
  bias = zeros({hidden}).requires_grad(true);
}

RNNOutput RNN::operator()(const Tensor& x, const RNNOptions& options) const {
  if (!recurrent_weights_fit(weight_x, weight_h, {bias}, 1))
    fail("rnn", "weights are {}, {} and bias {}; [D,H], [H,H] and [H] are needed", weight_x.shape(),
         weight_h.shape(), bias.shape());
  return run("rnn", x, weight_x, bias, weight_h.dim(0), options,
             [&](const Tensor& input, const Tensor& h) { return tanh(input + matmul(h, weight_h)); });
}

Parameters RNN::parameters() const {
  return {{"weight_x", weight_x}, {"weight_h", weight_h}, {"bias", bias}};
}

GRU::GRU(int in, int hidden) {
  check_recurrent_sizes("gru", in, hidden, 3);
  weight_x = glorot_uniform(in, 3 * hidden);
  weight_h = orthogonal(hidden, 3 * hidden);
  bias_x = zeros({3 * hidden}).requires_grad(true);
  bias_h = zeros({3 * hidden}).requires_grad(true);
}

RNNOutput GRU::operator()(const Tensor& x, const RNNOptions& options) const {
  if (!recurrent_weights_fit(weight_x, weight_h, {bias_x, bias_h}, 3))
    fail("gru", "weights are {}, {} and biases {}, {}; [D,3H], [H,3H], [3H] and [3H] are needed",
         weight_x.shape(), weight_h.shape(), bias_x.shape(), bias_h.shape());
  const int hidden = weight_h.dim(0);
  const auto step = [&](const Tensor& from_x, const Tensor& h) {
    const auto gates = [&](const Tensor& a, int first, int last) {
      return slice(a, 1, first * hidden, last * hidden);
    };
    const Tensor from_h = matmul(h, weight_h) + bias_h;                      // [B,3H], as from_x
    const Tensor both = sigmoid(gates(from_x, 0, 2) + gates(from_h, 0, 2));  // r and z, [B,2H]
    const Tensor n = tanh(gates(from_x, 2, 3) + gates(both, 0, 1) * gates(from_h, 2, 3));
    return n + gates(both, 1, 2) * (h - n);
  };
  return run("gru", x, weight_x, bias_x, hidden, options, step);
}

Parameters GRU::parameters() const {
  return {{"weight_x", weight_x}, {"weight_h", weight_h}, {"bias_x", bias_x}, {"bias_h", bias_h}};
}

}}}  // namespace tg::nn
