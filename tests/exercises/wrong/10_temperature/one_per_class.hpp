// says: With a temperature for each class
#pragma once
#include <cmath>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Parameters;

struct Temperature {
  explicit Temperature(double initial) : log_t(tg::full({2}, std::log(initial)).requires_grad(true)) {}
  Tensor operator()(const Tensor& scores) const { return scores * exp(-log_t); }
  Parameters parameters() const { return {{"log_t", log_t}}; }

  Tensor log_t;
};

struct Scored {
  Tensor scores;
  tg::Indices labels;
};

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
