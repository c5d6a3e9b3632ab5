// says: each change was added to the *true* row before
#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor undo_differences(const Tensor& changes, const Tensor& x) {
  const int rows = x.dim(1);
  return tg::concat({tg::slice(x, 1, 0, 1), tg::slice(x, 1, 0, rows - 1) + changes}, 1);
}

}  // namespace exercise
