// says: nearest to each other
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

inline Crossing equal_error_rate(const std::vector<double>& same, const std::vector<double>& different) {
  std::vector<double> steps = same;
  steps.insert(steps.end(), different.begin(), different.end());
  std::sort(steps.begin(), steps.end());
  Crossing best = {0, 0};
  double least = 2;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double rejected = 1 - share_within(same, steps[i]), accepted = share_within(different, steps[i]);
    if (std::abs(rejected - accepted) >= least) continue;
    least = std::abs(rejected - accepted);
    best = {(rejected + accepted) / 2, i + 1 < steps.size() ? (steps[i] + steps[i + 1]) / 2 : steps[i]};
  }
  return best;
}

}  // namespace exercise
