#pragma once
#include <cmath>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Parameters;

// What is trained is ln T: e to any number is above 0, and a step of 0.1 makes T a tenth larger or smaller, wherever it is.
struct Temperature {
  explicit Temperature(double initial) : log_t(tg::full({}, std::log(initial)).requires_grad(true)) {}

  Tensor operator()(const Tensor& scores) const { return scores * exp(-log_t); }

  Parameters parameters() const { return {{"log_t", log_t}}; }

  Tensor log_t;  // a number
};

struct Scored {
  Tensor scores;       // [N,C]
  tg::Indices labels;  // [N]
};

// A network may know its training days by heart and be right to be sure of them: on those, T would be too small.
inline Temperature fitted(const Scored&, const Scored& validation) {
  const Temperature temperature(1);
  const Tensor scores = validation.scores.detach();
  tg::optim::Adam adam(temperature.parameters(), {.lr = 0.05});
  for (int step = 0; step < 200; ++step) {
    adam.zero_grad();
    tg::cross_entropy(temperature(scores), validation.labels).backward();
    adam.step();
  }
  return temperature;
}

}  // namespace exercise
