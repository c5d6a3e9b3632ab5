// says: the mean of the rows' means
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor masked_mean(const Tensor& values, const Tensor& mask) {
  if (sum(mask).item() == 0) tg::fail("masked_mean", "the mask selects nothing; something must count");
  const Tensor chosen = where(mask, values, 0);
  if (values.rank() == 1) return sum(chosen) / sum(mask);
  const Tensor counts = sum(mask, 1);
  return sum(sum(chosen, 1) / maximum(counts, 1)) / sum(counts > 0).item();
}

}  // namespace exercise
