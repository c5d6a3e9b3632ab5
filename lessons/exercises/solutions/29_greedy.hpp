#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// No softmax: it leaves the order of the scores as it is. The frame before is forgotten with each recording: a path begins as
// though a blank came before it, which merges with nothing and says nothing.
inline std::vector<std::vector<int>> greedy(const Tensor& scores, int blank,
                                            const std::vector<int>& lengths) {
  const tg::Indices best = tg::argmax(scores, -1);  // [B,T]
  std::vector<std::vector<int>> all;
  for (const int length : lengths) {
    const int item = static_cast<int>(all.size());
    std::vector<int> said;
    int before = blank;
    for (int t = 0; t < length; ++t) {
      const int label = best.at({item, t});
      if (label != blank && label != before) said.push_back(label);
      before = label;
    }
    all.push_back(said);
  }
  return all;
}

}  // namespace exercise
