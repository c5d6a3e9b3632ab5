#pragma once
#include <vector>

#include "op_table.hpp"

// Rows like those of the op table for what is made of several operations: losses, and recurrent layers.

namespace op_table {

/// [D,4H], [H,4H] and [4H] for `features` D: the weights of an LSTM.
inline Input weight_x(const Choices& any, int features) { return normal({features, 4 * any.size("hidden")}); }
inline Input weight_h(const Choices& any) { return normal({any.size("hidden"), 4 * any.size("hidden")}); }
inline Input gates(const Choices& any) { return normal({4 * any.size("hidden")}); }
inline Input state(const Choices& any) { return normal({any.sequence()[0], any.size("hidden")}); }

template <class Layer>
Layer with_weights(const Tensor& weight_x, const Tensor& weight_h, const Tensor& bias) {
  Layer layer(1, 1);
  layer.weight_x = weight_x, layer.weight_h = weight_h, layer.bias = bias;
  return layer;
}
inline tg::nn::BiLSTM both_ways(const tg::nn::LSTM& forward, const tg::nn::LSTM& backward) {
  tg::nn::BiLSTM layer(1, 1);
  layer.forward = forward, layer.backward = backward;
  return layer;
}
/// Sequence and state in one tensor [B, T+2, H].
inline Tensor joined(const tg::nn::LSTMOutput& out) {
  const auto as_step = [](const Tensor& a) { return reshape(a, a.shape().inserted(1, 1)); };
  return tg::concat({out.sequence, as_step(out.state.h), as_step(out.state.c)}, 1);
}

inline Tensor two_steps(const tg::nn::LSTMCell& cell, const Tensor& x) {
  return cell(x, cell(x + 1, cell.zero_state(x.dim(0)))).h;
}

inline std::vector<Row> loss_rows() {
  using namespace tg;
  using nn::LSTM;
  return {
      {"mse_loss", "", INPUTS(normal(any.shape()), normal(any.shape())),
       CALL(mse_loss(in[0], in[1], any.options(in[0].shape())))},
      {"mse_loss", "over time", INPUTS(normal(any.shape(2)), normal(any.shape(2))),
       CALL(mse_loss(in[0], in[1],
                     {.mask = sequence_mask(any.all_lengths(in[0]), in[0].dim(1)),
                      .weights = sqrt_count_weights(in[0].dim(1))}))},
      {"masked_mean", "", ONE, CALL(masked_mean(in[0], any.mask(in[0].shape()))), linear},
      {"cross_entropy", "", ONE_WITH_AXES,
       CALL(cross_entropy(in[0], any.classes(in[0]), any.options(in[0].shape().without(in[0].rank() - 1))))},
      {"binary_cross_entropy", "", INPUTS(between(0.1, 0.9, any.shape()), between(0.1, 0.9, any.shape())),
       CALL(binary_cross_entropy(in[0], in[1], any.options(in[0].shape())))},
      {"binary_cross_entropy_with_logits", "", INPUTS(normal(any.shape()), between(0.1, 0.9, any.shape())),
       CALL(binary_cross_entropy_with_logits(in[0], in[1], any.options(in[0].shape())))},
      {"hinge_loss", "", INPUTS(off({-1, 1}, any.shape())),
       CALL(hinge_loss(in[0], any.signs(in[0].shape()),
                       {.reduction = any.options(in[0].shape()).reduction,
                        .mask = any.options(in[0].shape()).mask,
                        .weights = any.options(in[0].shape()).weights})),
       linear},
      {"kl_divergence", "", INPUTS(between(0.1, 0.9, any.shape(1)), between(0.1, 0.9, any.shape(1))),
       CALL(kl_divergence(in[0], in[1], any.options(in[0].shape().without(in[0].rank() - 1))))},
      {"symmetric_kl_divergence", "", INPUTS(normal(any.shape(1)), normal(any.shape(1))),
       CALL(symmetric_kl_divergence(softmax(in[0]), softmax(in[1]),
                                    any.options(in[0].shape().without(in[0].rank() - 1))))},

      // Scores below 0, since those that look like probabilities are refused.
      {"ctc_loss", "", INPUTS(normal(any.sequence())),
       CALL(ctc_loss(in[0] - 5, any.labels(in[0]), any.blank(in[0]),
                     {.lengths = any.lengths(in[0]),
                      .reduction = any.reduction(),
                      .zero_infinity = any.flag("zero_infinity")}))},
      {"ctc_loss_from_log_probs", "", INPUTS(normal(any.sequence())),
       CALL(ctc_loss_from_log_probs(log_softmax(in[0]), any.labels(in[0]), any.blank(in[0]),
                                    {.lengths = any.lengths(in[0]),
                                     .reduction = any.reduction(),
                                     .zero_infinity = any.flag("zero_infinity")}))},
      {"ctc_loss_from_probs", "", INPUTS(normal(any.sequence())),
       CALL(ctc_loss_from_probs(softmax(in[0]), any.labels(in[0]), any.blank(in[0]),
                                {.lengths = any.lengths(in[0]),
                                 .reduction = any.reduction(),
                                 .zero_infinity = any.flag("zero_infinity")}))},
      {"ctc_of_operations", "", INPUTS(normal({2, 3, 3})),
       CALL(ctc_of_operations(in[0], ctc_targets("ctc", in[0], {{1}, {2, 1}}, 0, {}), CTCInput::scores))},

      {"lstm", "any sizes",
       INPUTS(normal(any.sequence()), weight_x(any, any.sequence()[2]), weight_h(any), gates(any), state(any),
              state(any)),
       CALL(lstm(in[0], {in[1], in[2], in[3]}, {in[4], in[5]}, any.lengths(in[0]), any.flag("reverse")))},
      {"lstm_of_operations", "any sizes",
       INPUTS(normal(any.sequence()), weight_x(any, any.sequence()[2]), weight_h(any), gates(any), state(any),
              state(any)),
       CALL(lstm_of_operations(in[0], {in[1], in[2], in[3]}, {in[4], in[5]}, any.lengths(in[0]),
                               any.flag("reverse")))},
      {"LSTMCell", "two steps", INPUTS(normal({2, 1}), weight_x(any, 1), weight_h(any), gates(any)),
       CALL(two_steps(with_weights<nn::LSTMCell>(in[1], in[2], in[3]), in[0]))},
      {"LSTM", "with a state",
       INPUTS(normal(any.sequence()), weight_x(any, any.sequence()[2]), weight_h(any), gates(any), state(any),
              state(any)),
       CALL(joined(with_weights<LSTM>(in[1], in[2], in[3])(in[0], {.lengths = any.lengths(in[0]),
                                                                   .initial_state = {in[4], in[5]},
                                                                   .reverse = any.flag("reverse")})))},
      {"BiLSTM", "with lengths",
       INPUTS(normal(any.sequence()), weight_x(any, any.sequence()[2]), weight_h(any), gates(any),
              weight_x(any, any.sequence()[2]), weight_h(any), gates(any)),
       CALL(joined(
           both_ways(with_weights<LSTM>(in[1], in[2], in[3]),
                     with_weights<LSTM>(in[4], in[5], in[6]))(in[0], {.lengths = any.lengths(in[0])})))},
      {"LSTM", "two layers that share a bias",
       INPUTS(normal(any.sequence()), weight_x(any, any.sequence()[2]), weight_h(any), gates(any),
              weight_x(any, any.size("hidden")), weight_h(any)),
       CALL(with_weights<LSTM>(in[4], in[5], in[3])(
                with_weights<LSTM>(in[1], in[2], in[3])(in[0], {.lengths = any.lengths(in[0])}).sequence,
                {.lengths = any.lengths(in[0]), .reverse = true})
                .sequence)},
  };
}

}  // namespace op_table
