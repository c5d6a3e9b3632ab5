// says: no running sum
#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor undo_differences(const Tensor& changes, const Tensor& x) {
  const Tensor first = tg::slice(x, 1, 0, 1);
  return tg::concat({first, first + changes}, 1);
}

}  // namespace exercise
