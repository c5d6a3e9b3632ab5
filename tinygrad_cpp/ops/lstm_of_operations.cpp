#include "tinygrad_cpp/ops/lstm_of_operations.hpp"

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/matmul.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/recurrence.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// h and c after one step, from the input's part of the gates [B,4H] and h and c before.
RecurrentState step(const Tensor& input, const RecurrentState& before, const Tensor& weight_h) {
  const Tensor gates = input + matmul(before[0], weight_h);  // [B,4H]
  const int hidden = gates.dim(1) / 4;
  const auto gate = [&](int k) { return slice(gates, 1, k * hidden, (k + 1) * hidden); };  // [B,H]
  const Tensor c = sigmoid(gate(1)) * before[1] + sigmoid(gate(0)) * tanh(gate(2));
  return {sigmoid(gate(3)) * tanh(c), c};
}

}  // namespace

void check_lstm(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
                const std::vector<int>& lengths) {
  const auto& [weight_x, weight_h, bias] = weights;
  if (!recurrent_weights_fit(weight_x, weight_h, {bias}, 4))
    fail("lstm", "weights are {}, {} and bias {}; [D,4H], [H,4H] and [4H] are needed", weight_x.shape(),
         weight_h.shape(), bias.shape());
  if (x.rank() != 2 && x.rank() != 3)
    fail("lstm", "the input has shape {}; [B,T,D] is needed, or [B,D] for one step", x.shape());
  check_recurrence("lstm", x, weight_x.dim(0), {start.h, start.c}, weight_h.dim(0), lengths);
}

Tensor lstm_of_operations(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
                          const std::vector<int>& lengths, bool reverse) {
  check_lstm(x, weights, start, lengths);
  const auto& [weight_x, weight_h, bias] = weights;
  const RecurrentState begin = {start.h, start.c};
  if (x.rank() == 2) return stack(step(matmul(x, weight_x) + bias, begin, weight_h), 0);
  const auto one = [&weight_h = weight_h](const Tensor& input, const RecurrentState& before) {
    return step(input, before, weight_h);
  };
  return stack(recur(x, weight_x, bias, begin, one, lengths, reverse).sequences, 0);
}

}}  // namespace tg
