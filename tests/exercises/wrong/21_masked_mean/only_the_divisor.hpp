// says: choose by the mask with where
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor masked_mean(const Tensor& values, const Tensor& mask) {
  if (sum(mask).item() == 0) tg::fail("masked_mean", "the mask selects nothing; something must count");
  return sum(values * mask) / sum(mask);
}

}  // namespace exercise
