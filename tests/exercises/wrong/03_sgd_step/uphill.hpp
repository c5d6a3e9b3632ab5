// says: w went uphill
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline void sgd_step(const tg::nn::Parameters& parameters, double lr) {
  for (const auto& [name, parameter] : parameters)
    if (parameter.has_grad()) parameter.assign(parameter + lr * parameter.grad());
}

}  // namespace exercise
