// says: not a new one with its value
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Parameters;

struct PReLU {
  explicit PReLU(double initial_slope) : slope(tg::full({}, initial_slope).requires_grad(true)) {}
  Tensor operator()(const Tensor& x) const { return where(x > 0, x, slope * x); }
  Parameters parameters() const { return {{"slope", slope.detach().clone().requires_grad(true)}}; }

  Tensor slope;
};

}  // namespace exercise
