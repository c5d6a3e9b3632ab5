#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// You check a gradient with central differences. How small should h be? Predict first; then the test measures. It takes
// L(w) = w tanh(w) at 1000 places between 0.5 and 2, in double (epsilon is 2e-16), and looks how far the difference is from
// the gradient that backward finds, which has no h in it:
//
//   error(h) = mean of | (L(w + h) - L(w - h)) / (2 h) - gradient |          for h = 1, 0.1, 0.01, ...
//
// Two more cases: with 10000 added to L, as where many points make up a loss and this weight moves little of it; and with w in
// millimetres, L(w / 1000) for w between 500 and 2000, where h is a number of millimetres too.
// Return a Prediction:  return {.large_steps = .., .small_steps = .., .best = .., and so on};

namespace exercise {

struct Prediction {
  double large_steps;       // between h = 1e-1 and 1e-4: a tenth of h multiplies the error by this
  double small_steps;       // the same, between h = 1e-6 and 1e-9
  int best;                 // 10 to this power is the best h
  int best_plus_10000;      // of L + 10000
  int best_in_millimetres;  // of L with w in millimetres
};

inline Prediction prediction() {
  not_done_yet("prediction", R"(lessons/01_autodiff.cpp, "Diagnosis: two errors against each other")");
}

}  // namespace exercise
