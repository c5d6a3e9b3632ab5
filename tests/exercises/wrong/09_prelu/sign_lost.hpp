// says: the sign is lost
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Parameters;

struct PReLU {
  explicit PReLU(double initial_slope) : slope(tg::full({}, initial_slope).requires_grad(true)) {}
  Tensor operator()(const Tensor& x) const { return where(x > 0, x, slope * abs(x)); }
  Parameters parameters() const { return {{"slope", slope}}; }

  Tensor slope;
};

}  // namespace exercise
