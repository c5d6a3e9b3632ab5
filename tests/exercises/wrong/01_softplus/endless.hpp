// says: Is there a loop that does not end?
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor softplus(const Tensor& x) {
  Real sum = 0;
  while (sum >= 0) sum += 1;
  return x + sum;
}

}  // namespace exercise
