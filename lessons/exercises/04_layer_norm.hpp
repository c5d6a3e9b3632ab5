#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The lesson standardised the points before training. Inside a network that can't be done beforehand, since what a layer
// gives changes with its weights. So write a layer that does it on the way, for each item by itself. x is [.., D]; m and v
// are the mean and the variance of the D features of one item, v the mean of (x - m)^2:
//
//   y = gain (x - m) / sqrt(v + epsilon) + shift
//
// gain and shift, [D], are trained; at first they are 1 and 0. An item whose features are all the same gives `shift`.
// Useful: mean(x, axis, keepdim) keeps the axis, with size 1, so that the result broadcasts against x; parameters() is one
// line, as in the lesson's Net. requires_grad(true) on a new tensor says that it is to be trained.

namespace exercise {

using tg::keepdim;
using tg::Tensor;

struct LayerNorm {
  explicit LayerNorm(int features) {
    not_done_yet("LayerNorm", R"(lessons/01_autodiff.cpp, "A network that does not learn")");
  }
  Tensor operator()(const Tensor& x) const {
    not_done_yet("LayerNorm::operator", R"(lessons/01_autodiff.cpp, "A network that does not learn")");
  }
  tg::nn::Parameters parameters() const {
    not_done_yet("LayerNorm::parameters", R"(lessons/01_autodiff.cpp, "A network that does not learn")");
  }

  Tensor gain, shift;  // [D]
  double epsilon = 1e-5;
};

}  // namespace exercise
