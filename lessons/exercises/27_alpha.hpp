#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// CTC's forward recursion in Tensor operations, so that its gradient comes for nothing. p is [T,C], the probability of each
// class at each frame. A target of L labels has S = 2L + 1 states: blank, label, blank, ..., label, blank. The result
// is alpha [T,S]: the probability of all ways that lead to state s at frame t, what is said at t included.
//
//   alpha[t][s] = p[t][class of s] (alpha[t-1][s] + alpha[t-1][s-1] + skip[s] alpha[t-1][s-2])
//
// A way begins in one of the first two states. skip[s] is 1 where s is a label that differs from the label before, else 0.
// Useful: tg::pad and tg::slice (move a row by one column), tg::gather or tg::take (columns by class), tg::stack.

namespace exercise {

using tg::Tensor;

inline Tensor alpha(const Tensor& p, const std::vector<int>& target, int blank) {
  not_done_yet("alpha", R"(lessons/06_ctc.cpp, "The recursion: forward, backward, posterior")");
}

}  // namespace exercise
