// says: off by one: each row is late
#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor undo_differences(const Tensor& changes, const Tensor& x) {
  Tensor row = tg::select(x, 1, 0);
  std::vector<Tensor> rows = {row};
  for (const Tensor& change : tg::unstack(changes, 1)) {
    rows.push_back(row);
    row = row + change;
  }
  return tg::stack(rows, 1);
}

}  // namespace exercise
