// says: so it is for the one-sided difference
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

struct Prediction {
  double large_steps;
  double small_steps;
  int best;
  int best_plus_10000;
  int best_in_millimetres;
};

inline Prediction prediction() {
  return {
      .large_steps = 0.1, .small_steps = 10, .best = -8, .best_plus_10000 = -6, .best_in_millimetres = -5};
}

}  // namespace exercise
