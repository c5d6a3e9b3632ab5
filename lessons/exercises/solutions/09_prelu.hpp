#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Parameters;

// A shape of [] broadcasts against any x, and the engine sums its gradient back over all elements. `where` is right for
// every slope; the larger of x and slope x is not, once training has pushed the slope past 1.
struct PReLU {
  explicit PReLU(double initial_slope) : slope(tg::full({}, initial_slope).requires_grad(true)) {}

  Tensor operator()(const Tensor& x) const { return where(x > 0, x, slope * x); }

  Parameters parameters() const { return {{"slope", slope}}; }

  Tensor slope;  // a number
};

}  // namespace exercise
