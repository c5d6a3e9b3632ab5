#pragma once
#include <memory>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

class PReLU {
 public:
  explicit PReLU(double initial_slope);
  tg::Tensor operator()(const tg::Tensor& x) const;
  auto parameters() const { return tg::nn::Parameters{{"a", slope}}; }
  tg::Tensor slope;
};

inline PReLU::PReLU(double initial_slope) : slope(tg::Tensor({}, {initial_slope}).requires_grad(true)) {}

inline tg::Tensor PReLU::operator()(const tg::Tensor& x) const { return where(x > 0, x, slope * x); }

}  // namespace exercise
