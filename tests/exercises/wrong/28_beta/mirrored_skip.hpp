// says: the state where the way *arrives*
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor moved_left(const Tensor& row, int by) {
  return tg::slice(tg::pad(row, 0, 0, by, 0), 0, by, by + row.dim(0));
}

inline Tensor beta(const Tensor& p, const std::vector<int>& target, int blank) {
  std::vector<int> states = {blank};
  for (const int label : target) states.insert(states.end(), {label, blank});
  const int size = static_cast<int>(states.size());
  std::vector<Real> may_skip(states.size(), 0), may_end(states.size(), 0);
  for (std::size_t s = 0; s < states.size(); ++s) {
    may_end[s] = s + 2 >= states.size();
    may_skip[s] = s >= 2 && states[s] != blank && states[s] != states[s - 2];
  }
  const Tensor skip({size}, may_skip);
  const Tensor said = transpose(tg::take(transpose(p), tg::Indices({size}, states)));
  std::vector<Tensor> rows = {Tensor({size}, may_end)};
  for (int t = p.dim(0) - 1; t > 0; --t) {
    const Tensor after = tg::select(said, 0, t) * rows.back();
    rows.push_back(after + moved_left(after, 1) + skip * moved_left(after, 2));
  }
  std::reverse(rows.begin(), rows.end());
  return tg::stack(rows, 0);
}

}  // namespace exercise
