#include "tinygrad_cpp/nn/lstm.hpp"

#include <algorithm>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/nn/init.hpp"
#include "tinygrad_cpp/ops/lstm.hpp"
#include "tinygrad_cpp/ops/movement.hpp"

namespace tg::nn {
namespace {

/// [B,T,H] at one step per item, [B,H].
Tensor at_steps(const Tensor& sequence, const std::vector<int>& steps) {
  const int hidden = sequence.dim(2);
  std::vector<int> ids;
  for (int step : steps) ids.insert(ids.end(), static_cast<std::size_t>(hidden), step);
  const int batch = sequence.dim(0);
  return reshape(gather(sequence, 1, Indices({batch, 1, hidden}, std::move(ids))), {batch, hidden});
}

}  // namespace

LSTMCell::LSTMCell(int in, int hidden)
    : weight_x(glorot_uniform(in, 4 * hidden)), weight_h(orthogonal(hidden, 4 * hidden)) {
  std::vector<Real> values(static_cast<std::size_t>(4 * hidden), 0);
  std::fill_n(values.begin() + hidden, hidden, Real(1));  // remember by default (Jozefowicz and others 2015)
  bias = Tensor({4 * hidden}, values).requires_grad(true);
}

LSTMState LSTMCell::operator()(const Tensor& x, const LSTMState& state) const {
  if (x.rank() != 2)
    fail("lstm_cell", "the input has shape {}; one step [B,D] is needed. LSTM takes sequences", x.shape());
  const Tensor both = lstm(x, {weight_x, weight_h, bias}, {state.h, state.c});
  return {select(both, 0, 0), select(both, 0, 1)};
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
  const LSTMState start = options.initial_state.h.defined() ? options.initial_state : zero_state(x.dim(0));
  const Tensor both =
      lstm(x, {weight_x, weight_h, bias}, {start.h, start.c}, options.lengths, options.reverse);
  const Tensor h = select(both, 0, 0), c = select(both, 0, 1);  // [B,T,H]
  std::vector<int> last(static_cast<std::size_t>(x.dim(0)), options.reverse ? 0 : x.dim(1) - 1);
  if (!options.reverse)
    for (std::size_t item = 0; item < options.lengths.size(); ++item) last[item] = options.lengths[item] - 1;
  return {h, {at_steps(h, last), at_steps(c, last)}};
}

}  // namespace tg::nn
