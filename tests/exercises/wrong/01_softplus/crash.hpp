// says: segmentation fault
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor softplus(const Tensor&) {
  const Tensor* nowhere = nullptr;
  return *nowhere;
}

}  // namespace exercise
