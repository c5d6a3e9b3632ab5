#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// A network on a stream: one long series, read and learned in windows. Four functions:
//
// teaching: an echo must say at each step what came `lag` steps before. Of the targets of a window of `steps`
// time steps, which share has its input in the same window?
//
// fitting: windows holds the numbers of windows, batch after batch, each with `rows` of them; windows 0, 1, 2,
// .. are those of one series in the order of time. A state is carried from each row to the same row of the
// next batch. Which share of the carried states comes from the window just before? (At least two batches.)
//
// read: the scores head(h) for each step of x [N,1], as one pass from a state of 0 would give them: [N,1]. At
// most `steps` time steps may be read at once. N need not be a multiple of that.
//
// learn: trains both layers to say y [N,1], 0 or 1, at each step of x [N,1]: once through the series, in
// batches of 32 rows and windows of 10 steps, with Adam (step size 0.01), the mean log loss of the scores over
// all steps, gradients clipped to a norm of 1. N is a multiple of 320. What must be remembered is often older
// than a window.
//
// Useful: lstm(x [B,T,1], {.initial_state = state}) with .sequence [B,T,H] and .state; lstm.zero_state(B),
// detach(), tg::binary_cross_entropy_with_logits, tg::optim::Adam, tg::optim::clip_grad_norm, reshape,
// permute, slice, select, concat.

namespace exercise {

using tg::Tensor;

inline double teaching(int lag, int steps) {
  not_done_yet("teaching", R"(lessons/09_time_steps.cpp, "What a window must be long enough for")");
}

inline double fitting(const std::vector<int>& windows, int rows) {
  not_done_yet("fitting", R"(lessons/09_time_steps.cpp, "What a window must be long enough for")");
}

inline Tensor read(const tg::nn::LSTM& lstm, const tg::nn::Dense& head, const Tensor& x, int steps) {
  not_done_yet("read", R"(lessons/09_time_steps.cpp, "What a window must be long enough for")");
}

inline void learn(const tg::nn::LSTM& lstm, const tg::nn::Dense& head, const Tensor& x, const Tensor& y) {
  not_done_yet("learn", R"(lessons/09_time_steps.cpp, "What a window must be long enough for")");
}

}  // namespace exercise
