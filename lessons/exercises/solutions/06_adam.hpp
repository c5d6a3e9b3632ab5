#pragma once
#include <cmath>

#include "tinygrad_cpp/tinygrad.hpp"

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
  const tg::NoGrad off;
  const Tensor g = weight.grad();
  // This step counts: after the first, m is (1 - beta1) g, and 1 - beta1^1 undoes that.
  ++state.steps;
  // The running means stay as they are, since the next step goes on from them. What is corrected is a copy.
  state.m = options.beta1 * state.m + (1 - options.beta1) * g;
  state.v = options.beta2 * state.v + (1 - options.beta2) * g * g;
  const Tensor m = state.m / (1 - std::pow(options.beta1, state.steps)),
               v = state.v / (1 - std::pow(options.beta2, state.steps));
  // Beside the root epsilon is compared with |g|; under it, with g^2, and then 1e-8 is as much as a g of 1e-4.
  weight.assign(weight - options.lr * m / (sqrt(v) + options.epsilon));
}

}  // namespace exercise
