// says: both errors were divided by the number of all pairs
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
  const auto all = static_cast<double>(same.size() + different.size());
  const double same_part = static_cast<double>(same.size()) / all,
               different_part = static_cast<double>(different.size()) / all;
  std::vector<double> steps = same;
  steps.insert(steps.end(), different.begin(), different.end());
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  double rejected_before = same_part, accepted_before = 0;
  for (std::size_t i = 0;; ++i) {
    const double rejected = same_part * (1 - share_within(same, steps[i])),
                 accepted = different_part * share_within(different, steps[i]);
    if (accepted >= rejected) {
      const double before = rejected_before - accepted_before, after = accepted - rejected;
      return {accepted_before + before / (before + after) * (accepted - accepted_before),
              i + 1 < steps.size() ? (steps[i] + steps[i + 1]) / 2 : steps[i]};
    }
    rejected_before = rejected, accepted_before = accepted;
  }
}

}  // namespace exercise
