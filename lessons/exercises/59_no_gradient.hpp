#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The quiz of lesson 11: n bits that are drawn independently, bit i is 1 with chance p_i = sigmoid(z_i).
// Each bit that is 1 adds its vector; the cost is the squared distance of the sum to a goal. vectors [n,m],
// goal [m], b [N,n] are N draws.
//
//   straight_through   the values of `hard`, and the gradient of `soft`; same shapes
//   linear_cost        [N]: for bits the cost, written such that it is linear in each bit. Then for chances
//                      in place of bits it is the expected cost
//   score_loss         a single number whose gradient with respect to z [n] is the score function's
//                      estimate: the mean over the draws, each cost less the mean of the other draws' costs.
//                      costs [N] are numbers: no gradient goes through them. N is at least 2

namespace exercise {

using tg::Tensor;

inline Tensor straight_through(const Tensor& hard, const Tensor& soft) {
  not_done_yet("straight_through", R"(lessons/11_no_gradient.cpp, "Where straight-through ends")");
}

inline Tensor linear_cost(const Tensor& b, const Tensor& vectors, const Tensor& goal) {
  not_done_yet("linear_cost", R"(lessons/11_no_gradient.cpp, "Where straight-through ends")");
}

inline Tensor score_loss(const Tensor& z, const Tensor& b, const Tensor& costs) {
  not_done_yet("score_loss", R"(lessons/11_no_gradient.cpp, "Where straight-through ends")");
}

}  // namespace exercise
