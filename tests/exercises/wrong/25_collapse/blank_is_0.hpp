// says: use the argument, not 0
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline std::vector<int> collapse(const std::vector<int>& path, int blank) {
  std::vector<int> said;
  for (std::size_t t = 0; t < path.size(); ++t)
    if (path[t] != 0 && (t == 0 || path[t] != path[t - 1])) said.push_back(path[t]);
  (void)blank;
  return said;
}

}  // namespace exercise
