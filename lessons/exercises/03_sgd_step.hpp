#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// One step of gradient descent, without an optimizer: each parameter moves by -lr times its gradient. The training loop calls
//
//   loss.backward();  sgd_step(model.parameters(), 0.1);
//
// A Tensor is a handle: copies share their values, and `assign` overwrites those in place, outside any graph. Parameters
// is a list: `for (const auto& [name, parameter] : parameters)`. Clearing gradients is the loop's business, not yours.
// A parameter that the loss did not reach has no gradient (`has_grad()` is false), and stays where it is.

namespace exercise {

inline void sgd_step(const tg::nn::Parameters& parameters, double lr) {
  not_done_yet("sgd_step", R"(lessons/01_autodiff.cpp, "A small network: two half-moons")");
}

}  // namespace exercise
