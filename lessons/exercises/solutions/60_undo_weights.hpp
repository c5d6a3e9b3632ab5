#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// The weight has multiplied the odds p / (1 - p). Divided by it, odds r are the probability r / (1 + r).
// This form of it divides by no 0 where p is 0 or 1.
inline Tensor undo_weights(const Tensor& p, double weight) { return p / (p + weight * (1 - p)); }

}  // namespace exercise
