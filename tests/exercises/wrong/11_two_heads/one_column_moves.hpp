// says: 1 says that only one column moves
#pragma once

namespace exercise {

struct Prediction {
  double times_as_far;
  double head_share;
  double hidden_share;
};

inline Prediction prediction() { return {.times_as_far = 1, .head_share = 1, .hidden_share = 1}; }

}  // namespace exercise
