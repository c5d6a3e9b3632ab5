#include "tinygrad_cpp/nn/lstm.hpp"

#include <algorithm>

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
  if (x.rank() != 3)
    fail("lstm", "the input has shape {}; a sequence [B,T,D] is needed. LSTMCell takes one step", x.shape());
  const LSTMState& given = options.initial_state;
  if (given.h.defined() != given.c.defined())
    fail("lstm", "the initial state has only one of h and c; both are needed, or neither");
  const LSTMState start = given.h.defined() ? given : zero_state(x.dim(0));
  const Tensor h_and_c =
      lstm(x, {weight_x, weight_h, bias}, {start.h, start.c}, options.lengths, options.reverse);
  const Tensor last = options.reverse || options.lengths.empty()
                          ? select(h_and_c, 2, options.reverse ? 0 : x.dim(1) - 1)
                          : at_ends(h_and_c, options.lengths);  // [2,B,H]
  return {select(h_and_c, 0, 0), {select(last, 0, 0), select(last, 0, 1)}};
}

BiLSTM::BiLSTM(int in, int hidden) : forward(in, hidden), backward(in, hidden) {}

LSTMOutput BiLSTM::operator()(const Tensor& x, const LSTMOptions& options) const {
  if (options.reverse) fail("bilstm", "reverse was asked for; a BiLSTM already reads in both directions");
  const LSTMState& start = options.initial_state;
  LSTMOptions forward_options{.lengths = options.lengths},
      backward_options{.lengths = options.lengths, .reverse = true};
  if (start.h.defined() != start.c.defined())
    fail("bilstm", "the initial state has only one of h and c; both are needed, or neither");
  if (start.h.defined()) {
    const int hidden = forward.weight_h.dim(0), batch = x.dim(0);
    for (const Tensor* state : {&start.h, &start.c})
      if (state->shape() != Shape{batch, 2 * hidden})
        fail("bilstm", "the initial state has shape {}; [{}, {}] is needed, both directions side by side",
             state->shape(), batch, 2 * hidden);
    forward_options.initial_state = {slice(start.h, -1, 0, hidden), slice(start.c, -1, 0, hidden)};
    backward_options.initial_state = {slice(start.h, -1, hidden, 2 * hidden),
                                      slice(start.c, -1, hidden, 2 * hidden)};
  }
  const LSTMOutput a = forward(x, forward_options), b = backward(x, backward_options);
  return {concat({a.sequence, b.sequence}, -1),
          {concat({a.state.h, b.state.h}, -1), concat({a.state.c, b.state.c}, -1)}};
}

}}}  // namespace tg::nn
