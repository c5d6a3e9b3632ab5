#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct Window {
  double loss;
  tg::nn::LSTMState state;
};

inline Window train_window(const tg::nn::LSTM& lstm, const tg::nn::Dense& head, const Tensor& x,
                           const Tensor& y, const Tensor& begins, const tg::nn::LSTMState& state, double lr) {
  const Tensor fresh = reshape(begins, {-1, 1}) > 0;  // [B,1], beside h and c [B,H]
  const tg::nn::LSTMState first = {where(fresh, tg::zeros({}), state.h),
                                   where(fresh, tg::zeros({}), state.c)};
  const tg::nn::LSTMOutput out = lstm(x, {.initial_state = first});
  const Tensor loss = tg::mse_loss(head(out.sequence), y);
  tg::optim::SGD sgd(tg::nn::Parameters{{"lstm", lstm}, {"head", head}}, {.lr = lr});
  // Gradients of an earlier call may be there still: backward() would add to them.
  sgd.zero_grad();
  loss.backward();
  sgd.step();
  return {loss.item(), {out.state.h.detach(), out.state.c.detach()}};
}

}  // namespace exercise
