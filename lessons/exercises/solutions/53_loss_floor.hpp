#pragma once
#include <cmath>
#include <map>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

// The best a network can do is to give each sequence the share that it has in the list. Then the loss of a
// whole sequence is the entropy of the list; the network spends it on its symbols and its end.
inline double loss_floor(const std::vector<std::vector<int>>& sequences) {
  std::map<std::vector<int>, double> times;
  double symbols = 0;
  for (const std::vector<int>& sequence : sequences) {
    times[sequence] += 1;
    symbols += static_cast<double>(sequence.size()) + 1;
  }
  double nats = 0;
  for (const auto& [sequence, count] : times)
    nats -= count * std::log(count / static_cast<double>(sequences.size()));
  return nats / symbols;
}

}  // namespace exercise
