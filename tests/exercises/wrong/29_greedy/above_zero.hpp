// says: scores may all be below 0
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline std::vector<std::vector<int>> greedy(const Tensor& scores, int blank,
                                            const std::vector<int>& lengths) {
  std::vector<std::vector<int>> all;
  for (int item = 0; item < scores.dim(0); ++item) {
    std::vector<int> said;
    int before = blank;
    for (int t = 0; t < lengths[std::size_t(item)]; ++t) {
      int label = 0;
      Real largest = 0;
      for (int k = 0; k < scores.dim(2); ++k)
        if (scores.at({item, t, k}) > largest) largest = scores.at({item, t, k}), label = k;
      if (label != blank && label != before) said.push_back(label);
      before = label;
    }
    all.push_back(said);
  }
  return all;
}

}  // namespace exercise
