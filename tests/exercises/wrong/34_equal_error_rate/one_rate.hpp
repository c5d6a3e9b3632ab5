// says: one of the two rates
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

// Where every pair of the same speaker is let in.
inline Crossing equal_error_rate(const std::vector<double>& same, const std::vector<double>& different) {
  const double farthest = *std::max_element(same.begin(), same.end());
  double next = farthest;
  for (const double d : different)
    if (d > farthest && (next == farthest || d < next)) next = d;
  return {share_within(different, farthest), (farthest + next) / 2};
}

}  // namespace exercise
