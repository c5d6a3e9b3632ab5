#pragma once
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// A training whose weights no batch can spoil. Four functions:
//
// attend: scores [B,T], values [B,T,D], mask [B,T] with 1 for a real step. Each item gets the mean of its
// real steps' values, weighted by the softmax of their scores: [B,D]. An item without a real step gets 0. No
// gradient is ever NaN.
//
// loss: raw scores z [N] and labels y [N], 0 or 1; p = sigmoid(z). The mean of -(y ln p + (1 - y) ln(1 - p)),
// for scores of any size.
//
// step: after backward(), one step of gradient descent, w - lr g. Where the norm of all gradients together is
// above limit, they are clipped to it first. If any number of any gradient is not finite, nothing changes and
// the result is false, else true. A parameter without a gradient stays.
//
// culprit: the name of the operation that first made a NaN or an infinity in loss().backward(), "" if none
// did. An Error begins with that name: "[log] -inf at element .."
//
// Useful: where, softmax, softplus; parameter.has_grad(), grad(), assign(); tg::AnomalyMode, and tg::Error
// with what().

namespace exercise {

using tg::Tensor;

inline Tensor attend(const Tensor& scores, const Tensor& values, const Tensor& mask) {
  not_done_yet("attend", R"(lessons/13_nan_and_forgetting.cpp, "What clipping does to NaN")");
}

inline Tensor loss(const Tensor& z, const Tensor& y) {
  not_done_yet("loss", R"(lessons/13_nan_and_forgetting.cpp, "What clipping does to NaN")");
}

inline bool step(const tg::nn::Parameters& parameters, double lr, double limit) {
  not_done_yet("step", R"(lessons/13_nan_and_forgetting.cpp, "What clipping does to NaN")");
}

inline std::string culprit(const std::function<Tensor()>& loss) {
  not_done_yet("culprit", R"(lessons/13_nan_and_forgetting.cpp, "What clipping does to NaN")");
}

}  // namespace exercise
