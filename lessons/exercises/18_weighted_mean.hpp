#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The weighted mean of a batch that comes in parts, since it is too large to be looked at as a whole:
//
//   sum of w L  /  sum of w            both sums over all real places of all parts
//
// The result is one number, of shape []. How the batch was cut must not matter, and a part may hold nothing
// but padding (not all of them will). Gradients flow to the losses and, at padded places, are 0.
//
// Useful: where(condition, a, b), which broadcasts, sum, and Tensors that begin at 0: `Tensor top = 0;`

namespace exercise {

using tg::Tensor;

struct Part {
  Tensor losses;   // [B,T]; at padded places anything, NaN too
  Tensor weights;  // [B,T] or [1,T]
  Tensor mask;     // [B,T]: 1 at real places, 0 at padded ones
};

inline Tensor weighted_mean(const std::vector<Part>& parts) {
  not_done_yet("weighted_mean", R"(lessons/04_sqrt_count_weights.cpp, "Mean, or weighted mean?")");
}

}  // namespace exercise
