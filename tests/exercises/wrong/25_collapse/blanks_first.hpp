// says: Merge first and drop the blanks after
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline std::vector<int> collapse(const std::vector<int>& path, int blank) {
  std::vector<int> said;
  for (const int c : path)
    if (c != blank && (said.empty() || said.back() != c)) said.push_back(c);
  return said;
}

}  // namespace exercise
