#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// 0 times NaN is NaN, so padding is left out by a choice and not by a product. An empty mask is refused: 0/0 would make every
// weight NaN, and a loss of 0 would hide that a batch has nothing to teach.
inline Tensor masked_mean(const Tensor& values, const Tensor& mask) {
  const double count = sum(mask).item();
  if (count == 0) tg::fail("masked_mean", "the mask selects nothing; at least one value must count");
  return sum(where(mask, values, 0)) / count;
}

}  // namespace exercise
