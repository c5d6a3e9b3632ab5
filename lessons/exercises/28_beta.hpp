#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// CTC's backward recursion in Tensor operations. p is [T,C], the probability of each class at each frame. A target of L
// labels has S = 2L + 1 states: blank, label, blank, ..., label, blank. The result is beta [T,S]: the probability of all
// ways from state s at frame t to the end, *without* what is said at t, which alpha counts:
//
//   alpha[t][s] = p[t][class of s] (alpha[t-1][s] + alpha[t-1][s-1] + skip[s] alpha[t-1][s-2])
//
//   sum_s alpha[t][s] beta[t][s] = P(target) at every frame t
//
// skip[s] is 1 where s is a label that differs from the label before, else 0. A way ends in one of the last two states.
// Useful: tg::pad and tg::slice (move a row by one column), tg::gather or tg::take (columns by class), tg::stack.

namespace exercise {

using tg::Tensor;

inline Tensor beta(const Tensor& p, const std::vector<int>& target, int blank) {
  not_done_yet("beta", R"(lessons/06_ctc.cpp, "The recursion: forward, backward, posterior")");
}

}  // namespace exercise
