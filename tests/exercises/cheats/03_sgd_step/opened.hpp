// says: optim:: is what this exercise is about
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using namespace tg;
using namespace optim;

inline void sgd_step(const nn::Parameters& parameters, double lr) { SGD(parameters, {.lr = lr}).step(); }

}  // namespace exercise
