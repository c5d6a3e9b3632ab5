#pragma once
#include <algorithm>
#include <functional>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Indices;
using tg::Tensor;

using ScoresOf = std::function<Tensor(const Indices& targets)>;

inline double leak(const ScoresOf& scores_of, const Indices& targets, int classes) {
  const int T = targets.dim(1);
  const Tensor before = scores_of(targets);  // [B,T,C]
  double most = 0;
  for (int k = 0; k < T; ++k) {
    // Every target from k on becomes another one: not a fixed id, which it may have already.
    std::vector<int> ids(targets.values().begin(), targets.values().end());
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (static_cast<int>(i) % T >= k) ids[i] = (ids[i] + 1) % classes;
    const Tensor change = scores_of(Indices(targets.shape(), ids)) - before;
    // The scores for target k itself must not know it either.
    most = std::max<double>(most, max(abs(slice(change, 1, 0, k + 1))).item());
  }
  return most;
}

}  // namespace exercise
