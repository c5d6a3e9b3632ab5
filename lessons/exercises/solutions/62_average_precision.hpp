#pragma once
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

// Equal scores share one entry of the map, which goes from the highest score to the lowest.
inline double average_precision(const std::vector<double>& scores, const std::vector<int>& rare) {
  std::map<double, std::pair<double, double>, std::greater<>> at;  // of each score: its rare ones, and all
  for (std::size_t i = 0; i < scores.size(); ++i) {
    at[scores[i]].first += rare[i];
    at[scores[i]].second += 1;
  }
  double hits = 0, named = 0, sum = 0;
  for (const auto& [score, count] : at) {
    hits += count.first;
    named += count.second;
    sum += count.first * hits / named;
  }
  return sum / hits;
}

}  // namespace exercise
