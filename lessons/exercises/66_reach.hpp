#pragma once
#include <cmath>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// How far back a gradient reaches, and how to make it reach further. Predict first, on paper:
//
//   An LSTM's forget gate is sigmoid(b). Which b leaves half of the gradient after 10 steps through the cell,
//   and which after 100 steps? How much does the usual b = 1 leave after 100?
//
// Then write two functions.
//
// reach: an LSTM reads x [B,T,D]. h [B,H] is its output after the last step. How strongly does sum(v h), with
// v [B,H], depend on the state *lag* steps before the end (1 <= lag <= T)? The state is h and c together. The
// result is the length of that gradient, over all items, divided by the length of v.
//
// forget_bias: the b for which sigmoid(b) to the power lag is share, for 0 < share < 1. It must keep its
// digits for a lag of a thousand million.
//
// Useful: lstm(x, {.initial_state = {h, c}}).state, lstm.zero_state(B), slice(x, 1, from, to), detach() and
// requires_grad(true) for a state to start from, tg::grad(y, {h, c}). std::expm1(a) is e^a - 1 with all
// digits near 0.

namespace exercise {

using tg::Tensor;

inline double reach(const tg::nn::LSTM& lstm, const Tensor& x, int lag, const Tensor& v) {
  not_done_yet("reach", R"(lessons/13_nan_and_forgetting.cpp, "How far a gradient reaches")");
}

inline double forget_bias(int lag, double share) {
  not_done_yet("forget_bias", R"(lessons/13_nan_and_forgetting.cpp, "How far a gradient reaches")");
}

}  // namespace exercise
