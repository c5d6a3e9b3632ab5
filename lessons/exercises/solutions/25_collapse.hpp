#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

// A frame says something new when it differs from the frame before, blank or not: a blank between two equal letters is what
// makes them two. So it is the frame before that is compared, and not the letter said last.
inline std::vector<int> collapse(const std::vector<int>& path, int blank) {
  std::vector<int> said;
  for (std::size_t t = 0; t < path.size(); ++t)
    if (path[t] != blank && (t == 0 || path[t] != path[t - 1])) said.push_back(path[t]);
  return said;
}

}  // namespace exercise
