// says: yours let the same pairs in first
#pragma once
#include <algorithm>
#include <vector>

namespace exercise {

struct Crossing {
  double rate, threshold;
};

struct Pair {
  double distance;
  bool other;
};

inline Crossing equal_error_rate(const std::vector<double>& same, const std::vector<double>& different) {
  std::vector<Pair> pairs;
  for (const double d : same) pairs.push_back({d, false});
  for (const double d : different) pairs.push_back({d, true});
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.distance < b.distance; });
  const auto same_count = static_cast<double>(same.size()),
             different_count = static_cast<double>(different.size());
  double left = same_count, in = 0;
  for (std::size_t i = 0;; ++i) {
    const double rejected_before = left / same_count, accepted_before = in / different_count;
    (pairs[i].other ? in : left) += pairs[i].other ? 1 : -1;
    const double rejected = left / same_count, accepted = in / different_count;
    if (accepted < rejected) continue;
    const double before = rejected_before - accepted_before, after = accepted - rejected;
    return {accepted_before + before / (before + after) * (accepted - accepted_before),
            i + 1 < pairs.size() ? (pairs[i].distance + pairs[i + 1].distance) / 2 : pairs[i].distance};
  }
}

}  // namespace exercise
