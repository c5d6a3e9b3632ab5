#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Predict three numbers; the tests then measure them. Nothing is to be programmed: paper is all you need. Two networks learn
// from the same days:
//
//   one sigmoid output:     h = tanh(x V + c),  z      = h w + b           P(1) = sigmoid(z)
//   two softmax outputs:    h = tanh(x V + c),  z0, z1 = h W + (b0, b1)    P(1) = sigmoid(z1 - z0)
//
// They begin alike: the same V and c, and w = w1 - w0, b = b1 - b0, where w0 and w1 are the columns of W. Both are trained
// on the log loss with plain gradient descent (SGD). V and c are the hidden layer, the rest is the head, and each of the
// two may have a step size of its own.

namespace exercise {

struct Prediction {
  // One step, the same step size everywhere: w1 - w0 moves how many times as far as w?
  double times_as_far;
  // Which step sizes make the softmax network give the sigmoid network's probabilities after every step? As shares of the
  // step size that the sigmoid network uses everywhere: 1 is the same.
  double head_share;
  double hidden_share;
};

inline Prediction prediction() {
  not_done_yet("prediction", R"(lessons/02_sigmoid_or_softmax.cpp, "The step size")");
  return {.times_as_far = 0, .head_share = 0, .hidden_share = 0};
}

}  // namespace exercise
