// says: not a chain of operations
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor safe_direction(const Tensor& r) {
  const Tensor length = norm(r, -1, tg::keepdim);
  return where(length > 0, r, 0) / where(length > 0, length, 1);
}

}  // namespace exercise
