#pragma once
#include <algorithm>
#include <compare>
#include <functional>
#include <map>
#include <numeric>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

struct Endings {
  double blank = 0, label = 0;
};
using Prefixes = std::map<std::vector<int>, Endings>;

class Hypothesis {
 public:
  Hypothesis(std::vector<int> labels, Endings paths) : labels_(std::move(labels)), paths_(paths) {}
  double sum() const { return paths_.blank + paths_.label; }
  bool operator<(const Hypothesis& other) const { return sum() > other.sum(); }
  friend bool operator==(const Hypothesis& a, const Hypothesis& b) { return a.labels_ == b.labels_; }
  void keep(Prefixes& kept) const { kept.emplace(labels_, paths_); }

 private:
  std::vector<int> labels_;
  Endings paths_;
};

// Nothing is said of a prefix whose probability is 0.
inline Prefixes beam_step(const Prefixes& before, const std::vector<double>& p, int blank, int width) {
  Prefixes after;
  const auto add = [&after](const std::vector<int>& prefix, double Endings::*part, double probability) {
    if (probability > 0) after[prefix].*part += probability;
  };
  for (auto it = before.begin(); it != before.end(); it++) {
    const auto& [prefix, paths] = *it;
    const double both = paths.blank + paths.label;
    for (auto k = 0u; k < p.size(); k++) {
      if (int(k) == blank) {
        add(prefix, &Endings::blank, both * p[k]);
        continue;
      }
      auto open = prefix;
      open.push_back(int(k));
      const bool again = not prefix.empty() and prefix.back() == int(k);
      if (again) add(prefix, &Endings::label, paths.label * p[k]);
      add(open, &Endings::label, (again ? paths.blank : both) * p[k]);
    }
  }
  std::vector<Hypothesis> sorted;
  for (const auto& [prefix, paths] : after) sorted.emplace_back(prefix, paths);
  std::sort(sorted.begin(), sorted.end());
  if (sorted.size() > std::size_t(width)) sorted.erase(sorted.begin() + width, sorted.end());
  Prefixes kept;
  for (const Hypothesis& one : sorted) one.keep(kept);
  return kept;
}

}  // namespace exercise
