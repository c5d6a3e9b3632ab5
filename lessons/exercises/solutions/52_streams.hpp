#pragma once
#include <algorithm>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// The target at place t of a window, from 0 on, has its input there if t >= lag.
inline double teaching(int lag, int steps) { return std::max(0, steps - lag) / static_cast<double>(steps); }

inline double fitting(const std::vector<int>& windows, int rows) {
  const auto first = static_cast<std::size_t>(rows);
  int right = 0;
  for (std::size_t i = first; i < windows.size(); ++i) right += windows[i] == windows[i - first] + 1;
  return right / static_cast<double>(windows.size() - first);
}

inline Tensor read(const tg::nn::LSTM& lstm, const tg::nn::Dense& head, const Tensor& x, int steps) {
  tg::nn::LSTMState state = lstm.zero_state(1);
  std::vector<Tensor> scores;
  for (int begin = 0; begin < x.dim(0); begin += steps) {
    const int end = std::min(begin + steps, x.dim(0));
    const Tensor window = reshape(slice(x, 0, begin, end), {1, end - begin, 1});
    const tg::nn::LSTMOutput out = lstm(window, {.initial_state = state});
    scores.push_back(reshape(head(out.sequence), {end - begin, 1}));
    state = out.state;
  }
  return concat(scores, 0);
}

inline void learn(const tg::nn::LSTM& lstm, const tg::nn::Dense& head, const Tensor& x, const Tensor& y) {
  const int rows = 32, steps = 10, batches = x.dim(0) / (rows * steps);
  // Each row is a part of the series that hangs together: [rows, batches, steps, 1].
  const Tensor xs = reshape(x, {rows, batches, steps, 1}), ys = reshape(y, {rows, batches, steps, 1});
  const tg::nn::Parameters all = {{"lstm", lstm}, {"head", head}};
  tg::optim::Adam adam(all, {.lr = 0.01});
  tg::nn::LSTMState state = lstm.zero_state(rows);
  for (int batch = 0; batch < batches; ++batch) {
    const tg::nn::LSTMOutput out = lstm(select(xs, 1, batch), {.initial_state = state});
    adam.zero_grad();
    tg::binary_cross_entropy_with_logits(head(out.sequence), select(ys, 1, batch)).backward();
    tg::optim::clip_grad_norm(all, 1);
    adam.step();
    state = {out.state.h.detach(), out.state.c.detach()};
  }
}

}  // namespace exercise
