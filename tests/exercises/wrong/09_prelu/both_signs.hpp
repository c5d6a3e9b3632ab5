// says: the slope is for x below 0 alone
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Parameters;

struct PReLU {
  explicit PReLU(double initial_slope) : slope(tg::full({}, initial_slope).requires_grad(true)) {}
  Tensor operator()(const Tensor& x) const { return slope * x; }
  Parameters parameters() const { return {{"slope", slope}}; }

  Tensor slope;
};

}  // namespace exercise
