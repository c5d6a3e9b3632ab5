#pragma once
#include <cmath>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// The steps before are read without a history: the state there becomes a leaf, and the gradient ends in it.
inline double reach(const tg::nn::LSTM& lstm, const Tensor& x, int lag, const Tensor& v) {
  const int steps = x.dim(1), first = steps - lag;
  const tg::nn::LSTMState before = first > 0 ? lstm(slice(x, 1, 0, first)).state : lstm.zero_state(x.dim(0));
  const Tensor h = before.h.detach().clone().requires_grad(true);
  const Tensor c = before.c.detach().clone().requires_grad(true);
  const Tensor last = lstm(slice(x, 1, first, steps), {.initial_state = {h, c}}).state.h;
  const std::vector<Tensor> g = tg::grad(sum(v * last), {h, c});
  return std::sqrt((sum(g[0] * g[0]) + sum(g[1] * g[1])).item() / sum(v * v).item());
}

// sigmoid(b) = share^(1/lag) =: s, so b = -ln(1/s - 1), and 1/s is e to the power -ln(share) / lag. For large
// lags s is nearly 1: expm1 keeps the digits that 1/s - 1 would lose.
inline double forget_bias(int lag, double share) { return -std::log(std::expm1(-std::log(share) / lag)); }

}  // namespace exercise
