// says: an optimizer moves only what is listed
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Parameters;

struct PReLU {
  explicit PReLU(double initial_slope) : slope(tg::full({}, initial_slope).requires_grad(true)) {}
  Tensor operator()(const Tensor& x) const { return where(x > 0, x, slope * x); }
  Parameters parameters() const { return {}; }

  Tensor slope;
};

}  // namespace exercise
