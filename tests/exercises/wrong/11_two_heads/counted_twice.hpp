// says: counts the same thing twice
#pragma once

namespace exercise {

struct Prediction {
  double times_as_far;
  double head_share;
  double hidden_share;
};

inline Prediction prediction() { return {.times_as_far = 4, .head_share = 0.25, .hidden_share = 1}; }

}  // namespace exercise
