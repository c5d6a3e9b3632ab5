#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Gradient accumulation: a batch that is too large for the memory comes in micro-batches. accumulate() leaves
// in the model's parameters the gradient of
//
//   the mean of (model(x) - y)^2 over all real steps of all micro-batches
//
// and returns this mean. Gradients that were there before do not count. A micro-batch may hold nothing but
// padding; not all of them do.
//
// backward() adds to the gradients that are there, and frees the graph of its micro-batch.
// parameter.zero_grad() removes a gradient. mse_loss refuses a mask that selects nothing.
//
// The code below runs and is wrong. Delete the line with not_done_yet, run the tests, and mend it.

namespace exercise {

using tg::Tensor;

struct Micro {
  Tensor x, y;  // [B,T,D] and [B,T,1]
  Tensor mask;  // [B,T]: 1 at real steps, 0 at padded ones
};

inline double accumulate(const tg::nn::Dense& model, const std::vector<Micro>& batch) {
  not_done_yet("accumulate", R"(lessons/08_many_machines.cpp, "What a loss is divided by")");
  double mean = 0;
  for (const Micro& part : batch) {
    const Tensor loss =
        tg::mse_loss(model(part.x), part.y, {.mask = part.mask}) / static_cast<double>(batch.size());
    loss.backward();
    mean += loss.item();
  }
  return mean;
}

}  // namespace exercise
