// says: is the share of the step size that takes the factor back
#pragma once

namespace exercise {

struct Prediction {
  double times_as_far;
  double head_share;
  double hidden_share;
};

inline Prediction prediction() { return {.times_as_far = 0.5, .head_share = 2, .hidden_share = 1}; }

}  // namespace exercise
