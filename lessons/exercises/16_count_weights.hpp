#pragma once
#include <cmath>
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Weights n^power for a batch of B sequences, some of them pieces cut from longer ones. The first sample of
// item b has the number first[b], which is 1 or more; the next one has first[b] + 1. Of its T = `steps`
// places the first lengths[b] are real and the others padding. Needed are weights [B,T]:
//
//   n^power, divided by its mean over all real places of the batch        at a real place
//   0                                                                     at a padded place
//
// So with these weights and the mask, losses that are all 1 cost 1, whatever the power, the first numbers and
// the lengths.
//
// Below is the asker's counter, written for one sequence. Delete the line with not_done_yet, watch the tests,
// and mend it; little of it will remain. Useful: tg::arange(T), broadcasting of [B,1] and [T],
// tg::sequence_mask(lengths, T), pow, sum.

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor count_weights(const std::vector<int>& first, const std::vector<int>& lengths, int steps,
                            double power) {
  not_done_yet("count_weights", R"(lessons/04_sqrt_count_weights.cpp, "The fix: the whole loss")");
  static int count = 0;
  std::vector<Real> weights;
  for (int t = 0; t < steps; ++t) weights.push_back(std::pow(count++, power));
  return Tensor({steps}, weights);
}

}  // namespace exercise
