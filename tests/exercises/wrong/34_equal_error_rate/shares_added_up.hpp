// says: does not end at 0 exactly
#pragma once
#include <algorithm>
#include <vector>

namespace exercise {

struct Crossing {
  double rate, threshold;
};

inline Crossing equal_error_rate(const std::vector<double>& same, const std::vector<double>& different) {
  std::vector<double> steps = same;
  steps.insert(steps.end(), different.begin(), different.end());
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  double rejected = 1, accepted = 0;
  for (std::size_t i = 0;; ++i) {
    const double rejected_before = rejected, accepted_before = accepted;
    for (const double d : same)
      if (d == steps[i]) rejected -= 1.0 / static_cast<double>(same.size());
    for (const double d : different)
      if (d == steps[i]) accepted += 1.0 / static_cast<double>(different.size());
    if (accepted < rejected && i + 1 < steps.size()) continue;
    const double before = rejected_before - accepted_before, after = accepted - rejected;
    return {accepted_before + before / (before + after) * (accepted - accepted_before),
            i + 1 < steps.size() ? (steps[i] + steps[i + 1]) / 2 : steps[i]};
  }
}

}  // namespace exercise
