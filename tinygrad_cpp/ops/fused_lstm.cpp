#include "tinygrad_cpp/ops/fused_lstm.hpp"

#include "tinygrad_cpp/autograd/backward.hpp"
#include "tinygrad_cpp/autograd/fast_rule.hpp"
#include "tinygrad_cpp/ops/lstm_kernel.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// The gradients of lstm_of_operations. Computed on clones: if one input was made from another,
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
  const std::initializer_list<TensorRef> inputs = {x, weight_x, weight_h, bias, h, c};
  if (!pass.trace.kept) return record("lstm", std::move(pass.out), inputs, {{}, {}, {}, {}, {}, {}});
  return record(
      "lstm", std::move(pass.out), inputs,
      [lengths = pass.trace.lengths, reverse = pass.trace.reverse](auto& g, auto&, auto in) {
        return reference_gradients(g, lengths, reverse, in);
      },
      // only speed
      [trace = pass.trace](InputGradients& to, auto& g, auto&, auto in) {
        lstm_kernel::backward(to, g.array(), trace, in);
      });
}

}  // namespace

Tensor lstm(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
            const std::vector<int>& lengths, bool reverse) {
  check_lstm(x, weights, start, lengths);
  lstm_kernel::Pass pass(x, weights, start, lengths, reverse);
  lstm_kernel::forward(x.array(), {&pass, 1});
  return result_of(x, pass);
}

std::array<Tensor, 2> lstm_both_ways(const Tensor& x, const std::array<LSTMWeights, 2>& weights,
                                     const std::array<LSTMStart, 2>& start, const std::vector<int>& lengths) {
  for (std::size_t i : {0, 1}) check_lstm(x, weights[i], start[i], lengths);
  std::array passes = {lstm_kernel::Pass(x, weights[0], start[0], lengths, false),
                       lstm_kernel::Pass(x, weights[1], start[1], lengths, true)};
  lstm_kernel::forward(x.array(), passes);
  return {result_of(x, passes[0]), result_of(x, passes[1])};
}

}}  // namespace tg
