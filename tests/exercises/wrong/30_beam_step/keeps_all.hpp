// says: no more prefixes than the width
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

  return after;
}

}  // namespace exercise
