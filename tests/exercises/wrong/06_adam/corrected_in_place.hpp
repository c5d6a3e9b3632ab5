// says: were they corrected there, the next step would correct them again
#pragma once
#include <cmath>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct AdamState {
  Tensor m, v;
  int steps = 0;
};

struct AdamOptions {
  double lr = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
};

inline void adam_step(const Tensor& weight, AdamState& state, const AdamOptions& options) {
  const tg::NoGrad off;
  const Tensor g = weight.grad();
  ++state.steps;
  state.m = options.beta1 * state.m + (1 - options.beta1) * g;
  state.v = options.beta2 * state.v + (1 - options.beta2) * g * g;
  state.m = state.m / (1 - std::pow(options.beta1, state.steps));
  state.v = state.v / (1 - std::pow(options.beta2, state.steps));
  weight.assign(weight - options.lr * state.m / (sqrt(state.v) + options.epsilon));
}

}  // namespace exercise
