// says: the first value is missing
#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

inline Tensor undo_differences(const Tensor& changes, const Tensor& x) {
  std::vector<Tensor> rows = {0 * tg::select(x, 1, 0)};
  for (const Tensor& change : tg::unstack(changes, 1)) rows.push_back(rows.back() + change);
  return tg::stack(rows, 1);
}

}  // namespace exercise
