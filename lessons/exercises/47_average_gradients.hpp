#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The gradient of a mean over a whole batch, from machines that each saw a part of it. Each machine sends the
// gradient of its own mean, a Tensor for each parameter, and a weight: what its mean was divided by. The
// result has a Tensor for each parameter:
//
//   sum of weight g  /  sum of weight        over all parts
//
// A part with weight 0 had nothing to do. Its gradients may be anything, NaN too, or missing. Where all
// weights are 0, the result is empty.

namespace exercise {

using tg::Tensor;

struct Part {
  std::vector<Tensor> gradients;  // in the same order on each machine
  double weight;                  // at least 0
};

inline std::vector<Tensor> averaged(const std::vector<Part>& parts) {
  not_done_yet("averaged", R"(lessons/08_many_machines.cpp, "The question")");
}

}  // namespace exercise
