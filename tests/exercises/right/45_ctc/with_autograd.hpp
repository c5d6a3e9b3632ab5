#pragma once
#include <cmath>
#include <limits>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct Heard {
  double loss;
  Tensor gradient;  // [T,C]
  std::vector<int> said;
};

inline Heard heard(const Tensor& scores, int length, const std::vector<int>& text, int blank) {
  const double nothing = -std::numeric_limits<double>::infinity();
  const int frames = scores.dim(0), size = static_cast<int>(2 * text.size() + 1);
  const Tensor leaf = tg::slice(scores, 0, 0, length).clone().requires_grad(true);
  std::vector<int> states = {blank};
  for (const int label : text) states.insert(states.end(), {label, blank});
  std::vector<tg::Real> closed(states.size(), 0), later(states.size(), 0);
  for (std::size_t s = 0; s < states.size(); ++s) {
    if (s < 2 || states[s] == states[s - 2]) closed[s] = nothing;  // blanks too: two apart they are equal
    if (s > 1) later[s] = nothing;
  }
  const Tensor said_there = transpose(take(transpose(log_softmax(leaf)), tg::indices(states)));  // [T,S]
  const auto moved = [&](const Tensor& row, int by) {
    return tg::slice(tg::pad(row, 0, by, 0, nothing), 0, 0, size);
  };
  Tensor row;
  for (const Tensor& frame : tg::unstack(said_there, 0)) {
    row = !row.defined()
              ? frame + Tensor({size}, later)
              : frame +
                    logsumexp(tg::stack({row, moved(row, 1), moved(row, 2) + Tensor({size}, closed)}, 0), 0);
  }
  const Tensor loss = -logsumexp(size > 1 ? tg::slice(row, 0, size - 2, size) : row, 0);
  Tensor gradient = tg::zeros(leaf.shape());
  if (std::isfinite(loss.item())) gradient = grad(sum(loss), {leaf})[0];

  std::vector<int> said;
  int before = blank;
  const tg::Indices best = tg::argmax(leaf, 1);
  for (const int now : best.values()) {
    if (now != before && now != blank) said.push_back(now);
    before = now;
  }
  return {loss.item(), tg::pad(gradient, 0, 0, frames - length), said};
}

}  // namespace exercise
