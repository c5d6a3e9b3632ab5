// says: ask the mask what to leave out, not the values
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor masked_mean(const Tensor& values, const Tensor& mask) {
  if (sum(mask).item() == 0) tg::fail("masked_mean", "the mask selects nothing; something must count");
  const Tensor finite = (values >= -1e300) * (values <= 1e300);
  return sum(where(mask * finite, values, 0)) / sum(mask);
}

}  // namespace exercise
