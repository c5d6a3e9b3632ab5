#include "tinygrad_cpp/ops/fused_lstm.hpp"

#include "tinygrad_cpp/autograd/backward.hpp"
#include "tinygrad_cpp/autograd/fast_rule.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/lstm_kernel.hpp"
#include "tinygrad_cpp/ops/matmul.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/recurrence.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

void check(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
           const std::vector<int>& lengths) {
  const auto& [weight_x, weight_h, bias] = weights;
  if (!recurrent_weights_fit(weight_x, weight_h, {bias}, 4))
    fail("lstm", "weights are {}, {} and bias {}; [D,4H], [H,4H] and [4H] are needed", weight_x.shape(),
         weight_h.shape(), bias.shape());
  if (x.rank() != 2 && x.rank() != 3)
    fail("lstm", "the input has shape {}; [B,T,D] is needed, or [B,D] for one step", x.shape());
  check_recurrence("lstm", x, weight_x.dim(0), {start.h, start.c}, weight_h.dim(0), lengths);
}

/// h and c after one step, from the input's part of the gates [B,4H] and h and c before.
RecurrentState step(const Tensor& input, const RecurrentState& before, const Tensor& weight_h) {
  const Tensor gates = input + matmul(before[0], weight_h);  // [B,4H]
  const int hidden = gates.dim(1) / 4;
  const auto gate = [&](int k) { return slice(gates, 1, k * hidden, (k + 1) * hidden); };  // [B,H]
  const Tensor c = sigmoid(gate(1)) * before[1] + sigmoid(gate(0)) * tanh(gate(2));
  return {sigmoid(gate(3)) * tanh(c), c};
}

/// The gradients of the reference implementation. Computed on clones: if one input was made from another,
/// grad() of the inputs themselves would follow that path, and the engine would follow it again.
std::vector<Tensor> reference_gradients(const Tensor& g, const std::vector<int>& lengths, bool reverse,
                                        Inputs in) {
  const Recording on(true);
  std::vector<Tensor> own, wanted;
  for (const Tensor& input : in) {
    own.push_back(input.clone());
    if (input.requires_grad()) wanted.push_back(own.back());
  }
  const Tensor y = lstm_of_operations(own[0], {own[1], own[2], own[3]}, {own[4], own[5]}, lengths, reverse);
  std::vector<Tensor> found = grad(y, wanted, {.create_graph = true, .zero_if_unused = true, .upstream = g});
  std::vector<Tensor> gradients;
  auto next = found.begin();
  for (const Tensor& input : in) gradients.push_back(input.requires_grad() ? *next++ : Tensor());
  return gradients;
}

/// lstm's result from a finished pass.
Tensor result_of(const Tensor& x, lstm_kernel::Pass& pass) {
  const auto& [weight_x, weight_h, bias] = pass.weights;
  const auto& [h, c] = pass.start;
  if (x.rank() == 2) pass.out = pass.out.reshaped(pass.out.shape().without(2));
  if (!pass.trace.kept) return record("lstm", std::move(pass.out), {x}, {Rule()});
  return record(
      "lstm", std::move(pass.out), {x, weight_x, weight_h, bias, h, c},
      [lengths = pass.trace.lengths, reverse = pass.trace.reverse](auto& g, auto&, auto in) {
        return reference_gradients(g, lengths, reverse, in);
      },
      // only speed
      [trace = pass.trace](InputGradients& to, auto& g, auto&, auto in) {
        lstm_kernel::backward(to, g.array(), trace, in);
      });
}

}  // namespace

Tensor lstm_of_operations(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
                          const std::vector<int>& lengths, bool reverse) {
  check(x, weights, start, lengths);
  const auto& [weight_x, weight_h, bias] = weights;
  const RecurrentState begin = {start.h, start.c};
  if (x.rank() == 2) return stack(step(matmul(x, weight_x) + bias, begin, weight_h), 0);
  const auto one = [&weight_h = weight_h](const Tensor& input, const RecurrentState& before) {
    return step(input, before, weight_h);
  };
  return stack(recur(x, weight_x, bias, begin, one, lengths, reverse).sequences, 0);
}

Tensor lstm(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
            const std::vector<int>& lengths, bool reverse) {
  check(x, weights, start, lengths);
  lstm_kernel::Pass pass(x, weights, start, lengths, reverse);
  lstm_kernel::forward(x.array(), {&pass, 1});
  return result_of(x, pass);
}

std::array<Tensor, 2> lstm_both_ways(const Tensor& x, const std::array<LSTMWeights, 2>& weights,
                                     const std::array<LSTMStart, 2>& start, const std::vector<int>& lengths) {
  for (std::size_t i : {0, 1}) check(x, weights[i], start[i], lengths);
  std::array passes = {lstm_kernel::Pass(x, weights[0], start[0], lengths, false),
                       lstm_kernel::Pass(x, weights[1], start[1], lengths, true)};
  lstm_kernel::forward(x.array(), passes);
  return {result_of(x, passes[0]), result_of(x, passes[1])};
}

}}  // namespace tg
