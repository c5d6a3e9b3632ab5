#pragma once
#include <cmath>
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Clipping by norm. The norm of some gradients is the root of the sum of the squares of all their numbers
// together. Where it is above the limit, all gradients are multiplied by one factor, so that the norm is the
// limit; else they stay as they are.
//
// If one number is NaN or infinite, no factor is right. Then the result is empty, and the caller leaves the
// step out. Finite numbers may be of any size: 1e200 is one, and its square is not.
//
// g.values() gives the numbers of a Tensor, g * factor a new Tensor.

namespace exercise {

using tg::Tensor;

inline std::vector<Tensor> clipped(const std::vector<Tensor>& gradients, double limit) {
  not_done_yet("clipped", R"(lessons/13_nan_and_forgetting.cpp, "What clipping does to NaN")");
}

}  // namespace exercise
