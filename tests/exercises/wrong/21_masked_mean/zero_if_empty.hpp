// says: looks like a perfect batch
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor masked_mean(const Tensor& values, const Tensor& mask) {
  return sum(where(mask, values, 0)) / maximum(sum(mask), 1);
}

}  // namespace exercise
