#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

struct Prediction {
  double large_steps;       // between h = 1e-1 and 1e-4: a tenth of h multiplies the error by this
  double small_steps;       // the same, between h = 1e-6 and 1e-9
  int best;                 // 10 to this power is the best h
  int best_plus_10000;      // of L + 10000
  int best_in_millimetres;  // of L with w in millimetres
};

// The error is about h^2 + r / h, where r is the size of the last digit of L. Large steps see the first part and small ones
// the second. They are equal where h is the cube root of r: r = 2e-16 gives 6e-6. Numbers near 10000 have their last digit
// 10000 times higher up: r = 2e-12 gives 1e-4. A step of 1e-5 metres is one of 1e-2 millimetres.
inline Prediction prediction() {
  return {
      .large_steps = 0.01, .small_steps = 10, .best = -5, .best_plus_10000 = -4, .best_in_millimetres = -2};
}

}  // namespace exercise
