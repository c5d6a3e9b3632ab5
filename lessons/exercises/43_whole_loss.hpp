#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The quiz of lesson 4: the whole loss, for guesses of a place after each sample, in a batch that comes in
// parts. Step t of item b has seen n = first[b] + t samples; first[b] is 1 or more. Of its T steps the first
// lengths[b] are real, and a padded step may hold anything, NaN too. The loss of a step is
//
//   L = 10 (mean over the 3 coordinates of (u - u')^2) + (|r| - |r'|)^2       u = r / |r|
//
// with the guess r and the truth r', which is the same at all steps of an item. A guess may be 0: then its
// direction u is 0, and the directions have no gradient there. The result is one number, of shape []:
//
//   sum of n^power L  /  sum of n^power         both sums over all real steps of all parts
//
// A part may be all padding, but not every part is. Useful: tg::sequence_mask(lengths, T), tg::arange(T),
// norm(x, -1, tg::keepdim), where(condition, a, b), sum(x, -1), reshape, Tensors that begin at 0.

namespace exercise {

using tg::Real;
using tg::Tensor;

struct Part {
  Tensor guess;  // [B,T,3]
  Tensor truth;  // [B,3], never 0
  std::vector<int> first, lengths;
};

inline Tensor whole_loss(const std::vector<Part>& parts, double power) {
  not_done_yet("whole_loss", R"(lessons/04_sqrt_count_weights.cpp, "The fix: the whole loss")");
}

}  // namespace exercise
