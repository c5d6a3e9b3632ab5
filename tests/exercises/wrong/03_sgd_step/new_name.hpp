// says: w did not move
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline void sgd_step(const tg::nn::Parameters& parameters, double lr) {
  for (auto [name, parameter] : parameters)
    if (parameter.has_grad()) parameter = parameter - lr * parameter.grad();
}

}  // namespace exercise
