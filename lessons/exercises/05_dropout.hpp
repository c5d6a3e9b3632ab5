#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// A network with more weights than points can learn those by heart, and then does badly on points it has not seen. Dropout
// disturbs it: while training, each element of x is set to 0 with probability `rate`, each time anew and independently of
// the others. So no unit can rely on another one being there.
//
//   Mode::train   elements are dropped, at random; on average over many draws, each element stays what it was
//   Mode::eval    x as it is: for looking at validation points, and for use
//
// 0 <= rate < 1. The average has to be right while training, so that nothing is left to do at evaluation.
// Useful: tg::uniform(shape, low, high) draws from the random stream; a comparison of Tensors gives 1 or 0.

namespace exercise {

using tg::Tensor;
using tg::nn::Mode;

inline Tensor dropout(const Tensor& x, double rate, Mode mode) {
  not_done_yet("dropout", R"(lessons/01_autodiff.cpp, "A small network: two half-moons")");
}

}  // namespace exercise
