// says: compare blank + label
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

struct Endings {
  double blank = 0, label = 0;
};
using Prefixes = std::map<std::vector<int>, Endings>;

inline Prefixes beam_step(const Prefixes& before, const std::vector<double>& p, int blank, int width) {
  Prefixes after;
  for (const auto& [prefix, paths] : before) {
    after[prefix].blank += (paths.blank + paths.label) * p[static_cast<std::size_t>(blank)];
    for (int k = 0; k < static_cast<int>(p.size()); ++k) {
      if (k == blank) continue;
      const double said = p[static_cast<std::size_t>(k)];
      const bool repeated = !prefix.empty() && prefix.back() == k;
      std::vector<int> longer = prefix;
      longer.push_back(k);
      if (repeated) after[prefix].label += paths.label * said;
      after[longer].label += (repeated ? paths.blank : paths.blank + paths.label) * said;
    }
  }
  const auto less_likely = [](const auto& a, const auto& b) {
    return std::max(a.second.blank, a.second.label) < std::max(b.second.blank, b.second.label);
  };
  while (static_cast<int>(after.size()) > width)
    after.erase(std::min_element(after.begin(), after.end(), less_likely));
  return after;
}

}  // namespace exercise
