#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Indices;
using tg::Tensor;

using Network = std::function<Tensor(const Indices& reads)>;

// One place later than it must be said.
inline Indices reads_of(const Indices& says) {
  std::vector<int> reads;
  for (int b = 0; b < says.dim(0); ++b)
    for (int t = 0; t < says.dim(1); ++t) reads.push_back(t == 0 ? 1 : says.at({b, t - 1}));
  return Indices(says.shape(), reads);
}

// Different rows share a probability of 1, so each costs at least ln B on average. Every symbol counts, the
// end too; padding does not.
inline double floor_of(const Indices& says) {
  const double rows = says.dim(0);
  double symbols = 0;
  for (const int id : says.values()) symbols += id != 0;
  return rows * std::log(rows) / symbols;
}

// Through reads_of, so that a missing shift would be found, too.
inline double leak(const Network& network, const Indices& says, int classes) {
  const int T = says.dim(1);
  const Tensor before = network(reads_of(says));  // [B,T,C]
  double most = 0;
  for (int k = 0; k < T; ++k) {
    std::vector<int> other(says.values().begin(), says.values().end());
    for (std::size_t i = 0; i < other.size(); ++i)
      if (static_cast<int>(i) % T >= k) other[i] = (other[i] + 1) % classes;
    const Tensor change = network(reads_of(Indices(says.shape(), other))) - before;
    most = std::max<double>(most, max(abs(slice(change, 1, 0, k + 1))).item());
  }
  return most;
}

// It reads everything that it has written so far: the last id alone is not what it was trained on.
inline std::vector<int> write(const Network& network, int most) {
  std::vector<int> reads = {1};
  while (static_cast<int>(reads.size()) <= most) {
    const Indices highest = argmax(network(Indices({1, static_cast<int>(reads.size())}, reads)), -1);
    const int next = highest.values().back();
    if (next == 2) break;
    reads.push_back(next);
  }
  return {reads.begin() + 1, reads.end()};
}

}  // namespace exercise
