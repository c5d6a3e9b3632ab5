#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// Backward runs the rules of sqrt and of the division for every row. So no row may reach them with 0: the sum
// of its squares is replaced by 1 before, and 0 / 1 is the 0 that is wanted.
inline Tensor unit_rows(const Tensor& x) {
  const Tensor squares = sum(x * x, -1, tg::keepdim);
  return x / sqrt(where(squares > 0, squares, tg::ones({})));
}

}  // namespace exercise
