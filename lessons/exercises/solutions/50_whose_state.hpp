#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// The first axis of reshape is the slowest: so each row gets a part of the series that hangs together, and the
// parts are cut into windows. Only then do the batches come first.
inline Tensor batches(const Tensor& series, int rows, int steps) {
  const int count = series.dim(0) / (rows * steps);
  const Tensor used = slice(series, 0, 0, count * rows * steps);
  const Tensor parts = reshape(used, {rows, count, steps, series.dim(1)});
  return permute(parts, {1, 0, 2, 3});
}

}  // namespace exercise
