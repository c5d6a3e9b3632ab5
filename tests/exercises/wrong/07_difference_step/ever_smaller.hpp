// says: so it would be if numbers had all their digits
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
  return {.large_steps = 0.01,
          .small_steps = 0.01,
          .best = -16,
          .best_plus_10000 = -16,
          .best_in_millimetres = -16};
}

}  // namespace exercise
