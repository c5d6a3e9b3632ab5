// says: a negative T turns every choice round
#pragma once
#include <cmath>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Parameters;

struct Temperature {
  explicit Temperature(double initial) : t(tg::full({}, initial).requires_grad(true)) {}
  Tensor operator()(const Tensor& scores) const { return scores / t; }
  Parameters parameters() const { return {{"t", t}}; }

  Tensor t;
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
