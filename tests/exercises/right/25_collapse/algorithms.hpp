#pragma once
#include <algorithm>
#include <iterator>
#include <vector>

namespace exercise {

using Labels = std::vector<int>;

inline Labels collapse(const Labels& path, int blank) {
  Labels merged;
  std::unique_copy(path.begin(), path.end(), std::back_inserter(merged));
  merged.erase(std::remove(merged.begin(), merged.end(), blank), merged.end());
  return merged;
}

}  // namespace exercise
