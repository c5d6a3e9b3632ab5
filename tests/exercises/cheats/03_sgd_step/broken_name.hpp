// says: optim:: is what this exercise is about
// clang-format off
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline void sgd_step(const tg::nn::Parameters& parameters, double lr) {
  tg::optim
    ::SGD(parameters, {.lr = lr}).step();
}

}  // namespace exercise
