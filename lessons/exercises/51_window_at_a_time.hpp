#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// One batch of truncated backpropagation. x is [B,T,D], and y is [B,T,1]: a target for every step. `state` is
// what the call before gave back for the same rows. begins is [B]: 1 in each row where another series begins
// with this window. That row starts from 0; the others start from their state.
//
// The loss is the mean squared error of head(h) over all steps. Make one step of gradient descent, w - lr g,
// with the gradient of this loss alone, on all weights of both layers. Give back the loss and the state after
// the window, both as they were before the step. The state must be numbers without a history.
//
// Useful: lstm(x, {.initial_state = ..}) with .sequence and .state, tg::mse_loss, tg::where,
// tg::optim::SGD with zero_grad() and step(), detach(), and tg::nn::Parameters{{"lstm", lstm}, {"head", head}}.

namespace exercise {

using tg::Tensor;

struct Window {
  double loss;
  tg::nn::LSTMState state;
};

inline Window train_window(const tg::nn::LSTM& lstm, const tg::nn::Dense& head, const Tensor& x,
                           const Tensor& y, const Tensor& begins, const tg::nn::LSTMState& state, double lr) {
  not_done_yet("train_window", R"(lessons/09_time_steps.cpp, "The model and the training")");
}

}  // namespace exercise
