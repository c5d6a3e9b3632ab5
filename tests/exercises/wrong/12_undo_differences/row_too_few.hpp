// says: the first row is not in the result
#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor undo_differences(const Tensor& changes, const Tensor& x) {
  Tensor row = tg::select(x, 1, 0);
  std::vector<Tensor> rows;
  for (const Tensor& change : tg::unstack(changes, 1)) {
    row = row + change;
    rows.push_back(row);
  }
  return tg::stack(rows, 1);
}

}  // namespace exercise
