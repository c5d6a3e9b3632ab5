// says: Merge first and drop the blanks after
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline std::vector<int> collapse(const std::vector<int>& path, int blank) {
  std::vector<int> kept = path;
  std::erase(kept, blank);
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  return kept;
}

}  // namespace exercise
