#pragma once
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// A row [S] moved right by some columns; 0 comes in on the left.
inline Tensor moved(const Tensor& row, int by) {
  const int size = row.dim(0);
  return tg::slice(tg::pad(row, 0, by, 0), 0, 0, size);
}

// All states of a frame at once: the three ways to come to state s are the same row, moved by 0, 1 and 2.
inline Tensor alpha(const Tensor& p, const std::vector<int>& target, int blank) {
  std::vector<int> states = {blank};
  for (const int label : target) states.insert(states.end(), {label, blank});
  const int size = static_cast<int>(states.size());

  std::vector<tg::Real> may_skip(states.size(), 0), may_begin(states.size(), 0);
  for (std::size_t s = 0; s < states.size(); ++s) {
    may_begin[s] = s < 2;
    may_skip[s] = s >= 2 && states[s] != blank && states[s] != states[s - 2];
  }
  const Tensor skip({size}, may_skip), begin({size}, may_begin);
  const Tensor said = transpose(tg::take(transpose(p), tg::Indices({size}, states)));  // [T,S]

  std::vector<Tensor> rows;
  for (const Tensor& frame : tg::unstack(said, 0)) {
    if (rows.empty()) {
      rows.push_back(frame * begin);
      continue;
    }
    const Tensor before = rows.back();
    rows.push_back(frame * (before + moved(before, 1) + skip * moved(before, 2)));
  }
  return tg::stack(rows, 0);
}

}  // namespace exercise
