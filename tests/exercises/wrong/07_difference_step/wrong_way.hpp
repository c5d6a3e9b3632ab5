// says: the other way: a metre is a thousand
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
      .large_steps = 0.01, .small_steps = 10, .best = -5, .best_plus_10000 = -4, .best_in_millimetres = -8};
}

}  // namespace exercise
