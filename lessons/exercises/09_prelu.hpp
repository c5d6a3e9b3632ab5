#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// A layer of your own. Between two dense layers stands a function that bends; PReLU (parametric rectified linear unit) is
//
//   x            where x > 0
//   slope x      elsewhere
//
// on each element, for x of any shape. The slope is one number for all of them, and it is *trained* like a weight.
//
// A layer is a struct, as the heads of the lesson are: Tensors that it holds, operator() and parameters(). A Tensor is
// trained when it has been told `requires_grad(true)` (which gives it back) and whoever trains finds it in parameters():
//
//   Parameters parameters() const { return {{"weight", weight}, {"bias", bias}}; }     names are yours
//
// Useful: tg::full({}, number) is a Tensor of one number. Comparisons give 1 where they hold and 0 elsewhere, and
// where(condition, a, b) takes a where the condition is not 0, and b elsewhere.

namespace exercise {

using tg::Tensor;
using tg::nn::Parameters;

struct PReLU {
  explicit PReLU(double initial_slope) {
    not_done_yet("PReLU", R"(lessons/02_sigmoid_or_softmax.cpp, "Two heads")");
  }

  Tensor operator()(const Tensor& x) const { return x; }

  Parameters parameters() const { return {}; }
};

}  // namespace exercise
