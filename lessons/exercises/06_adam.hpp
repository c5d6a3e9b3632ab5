#pragma once
#include <cmath>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// One step size can hardly suit both a weight whose gradients are in the thousands and one whose gradients are small. Adam
// gives each weight its own: it keeps a running mean m of the gradient g and one, v, of its square, and divides.
//
//   m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2        w = w - lr m^ / (sqrt(v^) + epsilon)
//
// m and v begin at 0, so after t steps they are still too small, by the factors 1 - beta1^t and 1 - beta2^t: the shares of
// all the gradients so far. m^ and v^ are m and v with that undone. So Adam's first step is lr to the side that lowers
// the loss, whatever the gradient's size.
//
// The step below looks like the formulas. It is wrong in three places. Delete the line with not_done_yet, watch
// the tests, and mend one after the other. The training loop calls it after backward(), once for each weight.

namespace exercise {

using tg::Tensor;

struct AdamState {
  Tensor m, v;    // of the weight's shape, 0 at first
  int steps = 0;  // done so far
};

struct AdamOptions {
  double lr = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
};

inline void adam_step(const Tensor& weight, AdamState& state, const AdamOptions& options) {
  not_done_yet("adam_step", R"(lessons/01_autodiff.cpp, "A network that does not learn")");
  const tg::NoGrad off;
  const Tensor g = weight.grad();
  const double correction1 = 1 - std::pow(options.beta1, state.steps),
               correction2 = 1 - std::pow(options.beta2, state.steps);
  state.m = (options.beta1 * state.m + (1 - options.beta1) * g) / correction1;
  state.v = (options.beta2 * state.v + (1 - options.beta2) * g * g) / correction2;
  weight.assign(weight - options.lr * state.m / sqrt(state.v + options.epsilon));
  ++state.steps;
}

}  // namespace exercise
