#pragma once

namespace exercise {

struct Prediction {
  double times_as_far;
  double head_share;
  double hidden_share;
};

// With g = p - y, the loss has the slope g in z1 and -g in z0. So w1 moves by -lr g h and w0 by +lr g h: their difference by
// -2 lr g h, where w moves by -lr g h. Half the step size takes the two back.
//
// What reaches the hidden layer is the slope in h. It is g w in the one network, and g w1 - g w0 = g (w1 - w0) in the
// other: the same, as long as the differences are. There is no two to take back, and half the step size would make it late.
inline Prediction prediction() { return {.times_as_far = 2, .head_share = 0.5, .hidden_share = 1}; }

}  // namespace exercise
