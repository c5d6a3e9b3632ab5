// says: lets g through as it is
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor safe_direction(const Tensor& r) {
  const Tensor length = norm(r, -1, tg::keepdim);
  return r / where(length > 0, length, 1);
}

}  // namespace exercise
