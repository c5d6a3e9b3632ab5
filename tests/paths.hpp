#pragma once
#include <cmath>
#include <functional>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

// CTC by its definition, for tests: every path is looked at.

using Labels = std::vector<int>;

/// f(path, probability) for all paths of frames [T,C] of probabilities.
inline void all_paths(const std::vector<std::vector<double>>& frames,
                      const std::function<void(const Labels&, double)>& f) {
  Labels path(frames.size(), 0);
  for (;;) {
    double probability = 1;
    for (std::size_t t = 0; t < path.size(); ++t) probability *= frames[t][static_cast<std::size_t>(path[t])];
    f(path, probability);
    std::size_t t = 0;
    while (t < path.size() && ++path[t] == static_cast<int>(frames[t].size())) path[t++] = 0;
    if (t == path.size()) return;
  }
}

/// What a path says.
inline Labels said(const Labels& path, int blank) {
  Labels labels;
  int before = blank;
  for (int c : path) {
    if (c != before && c != blank) labels.push_back(c);
    before = c;
  }
  return labels;
}

/// Frames [T,C] of one sequence of raw scores [B,T,C], as probabilities.
inline std::vector<std::vector<double>> probabilities(const tg::Tensor& scores, int item, int length) {
  std::vector<std::vector<double>> frames;
  for (int t = 0; t < length; ++t) {
    double total = 0;
    frames.emplace_back();
    for (int c = 0; c < scores.dim(2); ++c)
      total += frames.back().emplace_back(std::exp(static_cast<double>(scores.at({item, t, c}))));
    for (double& p : frames.back()) p /= total;
  }
  return frames;
}

/// All targets of at most `most` labels among classes 0 .. classes - 1 without the blank.
inline std::vector<Labels> all_targets(int classes, int blank, std::size_t most) {
  std::vector<Labels> targets = {{}};
  for (std::size_t i = 0; i < targets.size() && targets[i].size() < most; ++i)
    for (int c = 0; c < classes; ++c)
      if (c != blank) {
        Labels longer = targets[i];
        longer.push_back(c);
        targets.push_back(longer);
      }
  return targets;
}
