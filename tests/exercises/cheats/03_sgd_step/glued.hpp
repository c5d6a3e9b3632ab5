// says: optim:: is what this exercise is about
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

#define GLUE(a, b) a##b

inline void sgd_step(const tg::nn::Parameters& parameters, double lr) {
  tg::GLUE(op, tim)::SGD(parameters, {.lr = lr}).step();
}

}  // namespace exercise
