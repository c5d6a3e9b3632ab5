// says: optim:: is what this exercise is about
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

namespace o = tg::optim;

inline void sgd_step(const tg::nn::Parameters& parameters, double lr) {
  o::SGD(parameters, {.lr = lr}).step();
}

}  // namespace exercise
