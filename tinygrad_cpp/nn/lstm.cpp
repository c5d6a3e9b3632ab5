#include "tinygrad_cpp/nn/lstm.hpp"

#include <algorithm>
#include <array>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/nn/init.hpp"
#include "tinygrad_cpp/ops/fused_lstm.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/recurrence.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {
namespace {

/// The last real step of each item of h and c [2,B,T,H]: [2,B,H].
Tensor at_ends(const Tensor& h_and_c, const std::vector<int>& lengths) {
  const Shape one_step = h_and_c.shape().with(2, 1);
  std::vector<int> ids;
  for (int state = 0; state < 2; ++state)
    for (int length : lengths) ids.insert(ids.end(), static_cast<std::size_t>(one_step[3]), length - 1);
  return reshape(gather(h_and_c, 2, Indices(one_step, std::move(ids))), one_step.without(2));
}

/// h at every step and the state after the last one that was read.
LSTMOutput output(const Tensor& h_and_c, const std::vector<int>& lengths, bool reverse) {
  const Tensor last = reverse || lengths.empty() ? select(h_and_c, 2, reverse ? 0 : h_and_c.dim(2) - 1)
                                                 : at_ends(h_and_c, lengths);  // [2,B,H]
  return {select(h_and_c, 0, 0), {select(last, 0, 0), select(last, 0, 1)}};
}

void check_sequence(const char* op, const Tensor& x, const LSTMState& start) {
  if (x.rank() != 3)
    fail("lstm", "the input has shape {}; a sequence [B,T,D] is needed. LSTMCell takes one step", x.shape());
  if (start.h.defined() != start.c.defined())
    fail(op, "the initial state has only one of h and c; both are needed, or neither");
}

}  // namespace

LSTMCell::LSTMCell(int in, int hidden) {
  check_recurrent_sizes("lstm", in, hidden, 4);
  weight_x = glorot_uniform(in, 4 * hidden);
  weight_h = orthogonal(hidden, 4 * hidden);
  std::vector<Real> values(static_cast<std::size_t>(4 * hidden), 0);
  // The forget gate's bias starts at 1, so the cell keeps most of its state at first (Jozefowicz and others
  // 2015).
  std::fill_n(values.begin() + hidden, hidden, Real(1));
  bias = Tensor({4 * hidden}, values).requires_grad(true);
}

LSTMState LSTMCell::operator()(const Tensor& x, const LSTMState& state) const {
  if (x.rank() != 2)
    fail("lstm_cell", "the input has shape {}; one step [B,D] is needed. LSTM takes sequences", x.shape());
  if (!state.h.defined() || !state.c.defined())
    fail("lstm_cell", "the state lacks h or c; both are needed. zero_state(batch) gives an initial one");
  const Tensor h_and_c = lstm(x, {weight_x, weight_h, bias}, {state.h, state.c});
  return {select(h_and_c, 0, 0), select(h_and_c, 0, 1)};
}

LSTMState LSTMCell::zero_state(int batch) const {
  const Shape shape{batch, weight_h.dim(0)};
  return {zeros(shape), zeros(shape)};
}

Parameters LSTMCell::parameters() const {
  return {{"weight_x", weight_x}, {"weight_h", weight_h}, {"bias", bias}};
}

LSTMOutput LSTM::operator()(const Tensor& x, const LSTMOptions& options) const {
  check_sequence("lstm", x, options.initial_state);
  const auto& [lengths, given, reverse] = options;
  const LSTMState start = given.h.defined() ? given : zero_state(x.dim(0));
  return output(lstm(x, {weight_x, weight_h, bias}, {start.h, start.c}, lengths, reverse), lengths, reverse);
}

BiLSTM::BiLSTM(int in, int hidden) : forward(in, hidden), backward(in, hidden) {}

LSTMOutput BiLSTM::operator()(const Tensor& x, const LSTMOptions& options) const {
  if (options.reverse) fail("bilstm", "reverse was asked for; a BiLSTM already reads in both directions");
  check_sequence("bilstm", x, options.initial_state);
  const int hidden = forward.weight_h.dim(0), batch = x.dim(0);
  LSTMState start = options.initial_state;
  if (!start.h.defined()) start = {zeros({batch, 2 * hidden}), zeros({batch, 2 * hidden})};
  for (const Tensor* state : {&start.h, &start.c})
    if (state->shape() != Shape{batch, 2 * hidden})
      fail("bilstm", "the initial state has shape {}; [{}, {}] is needed, both directions side by side",
           state->shape(), batch, 2 * hidden);
  const auto half = [&](const Tensor& both, int i) { return slice(both, -1, i * hidden, (i + 1) * hidden); };
  const auto starts = std::array{half(start.h, 0), half(start.c, 0), half(start.h, 1), half(start.c, 1)};
  const auto both =
      lstm_both_ways(x,
                     {LSTMWeights{forward.weight_x, forward.weight_h, forward.bias},
                      LSTMWeights{backward.weight_x, backward.weight_h, backward.bias}},
                     {LSTMStart{starts[0], starts[1]}, LSTMStart{starts[2], starts[3]}}, options.lengths);
  const LSTMOutput a = output(both[0], options.lengths, false), b = output(both[1], options.lengths, true);
  return {concat({a.sequence, b.sequence}, -1),
          {concat({a.state.h, b.state.h}, -1), concat({a.state.c, b.state.c}, -1)}};
}

}}}  // namespace tg::nn
