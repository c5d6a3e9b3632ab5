// says: x / abs(x) is 0 / 0
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Parameters;

struct PReLU {
  explicit PReLU(double initial_slope) : slope(tg::full({}, initial_slope).requires_grad(true)) {}
  Tensor operator()(const Tensor& x) const {
    const Tensor sign = where(x < 0, Tensor(0), x) / abs(x);  // 1 above 0, 0 below
    return sign * x + (1 - sign) * slope * x;
  }
  Parameters parameters() const { return {{"slope", slope}}; }

  Tensor slope;
};

}  // namespace exercise
