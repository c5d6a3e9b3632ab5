#pragma once
#include <algorithm>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

struct Crossing {
  double rate, threshold;
};

// The share of distances for which something holds. Counted, and divided once: 1 - 1/3 - 1/3 - 1/3 would not be 0, and
// 1 - 2/3 not 1/3, so that shares which are equal on paper would not compare equal.
template <class Condition>
double share(const std::vector<double>& distances, Condition holds) {
  return static_cast<double>(std::count_if(distances.begin(), distances.end(), holds)) /
         static_cast<double>(distances.size());
}

inline Crossing equal_error_rate(const std::vector<double>& same, const std::vector<double>& different) {
  std::vector<double> steps = same;
  steps.insert(steps.end(), different.begin(), different.end());
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());  // equal distances are one step
  double rejected_before = 1, accepted_before = 0;
  for (std::size_t i = 0;; ++i) {
    const double rejected = share(same, [&](double d) { return d > steps[i]; }),
                 accepted = share(different, [&](double d) { return d <= steps[i]; });
    if (accepted >= rejected) {  // at the last step at the latest: there rejected is 0
      // rejected - accepted falls from `before` to -`after`: it is 0 at this part of the step.
      const double before = rejected_before - accepted_before, after = accepted - rejected;
      const double part = before / (before + after);
      return {accepted_before + part * (accepted - accepted_before),
              i + 1 < steps.size() ? (steps[i] + steps[i + 1]) / 2 : steps[i]};
    }
    rejected_before = rejected, accepted_before = accepted;
  }
}

}  // namespace exercise
