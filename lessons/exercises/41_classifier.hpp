#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The quiz of lesson 2: everything that follows the last layer of a classifier of two classes, whichever form
// it has. z are raw scores, [N,1] of one output or [N,2] of two. Labels are N numbers, 0 or 1.
//
//   probabilities   [N,2]: P(0) and P(1), for both forms
//   loss            the mean over the examples of -ln P(label), in nats. It is right, and has a gradient, for
//                   scores of 1000 too
//   one_output      from a layer with two outputs, the layer with one output whose probabilities are the same
//   temperature     the T > 0 that makes loss(z / T, labels) smallest, to 4 digits. It exists if some
//                   example is on the wrong side and the scores are better than none
//
// Useful: tg::concat({a, b}, 1), tg::zeros, log_softmax(x), tg::slice, and gather(x, 1, ids) with ids [N,1]:
// Indices({N, 1}, std::vector<int>(v.begin(), v.end())) of v = labels.values(). A Dense has weight
// [D,outputs] and bias [outputs].

namespace exercise {

using tg::Indices;
using tg::Tensor;
using tg::nn::Dense;

inline Tensor probabilities(const Tensor& z) {
  not_done_yet("probabilities", R"(lessons/02_sigmoid_or_softmax.cpp, "The fix")");
}

inline Tensor loss(const Tensor& z, const Indices& labels) {
  not_done_yet("loss", R"(lessons/02_sigmoid_or_softmax.cpp, "The fix")");
}

inline Dense one_output(const Dense& two) {
  not_done_yet("one_output", R"(lessons/02_sigmoid_or_softmax.cpp, "The fix")");
}

inline double temperature(const Tensor& z, const Indices& labels) {
  not_done_yet("temperature", R"(lessons/02_sigmoid_or_softmax.cpp, "The fix")");
}

}  // namespace exercise
