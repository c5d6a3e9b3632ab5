#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

// The sum is made of Tensors that need gradients, and would be recorded for nothing: NoGrad. `parameter = ...` instead of
// assign would make this function's handle point to new values, and leave the model's where they are.
inline void sgd_step(const tg::nn::Parameters& parameters, double lr) {
  const tg::NoGrad off;
  for (const auto& [name, parameter] : parameters)
    if (parameter.has_grad()) parameter.assign(parameter - lr * parameter.grad());
}

}  // namespace exercise
