// says: blanks went first
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

struct Heard {
  double loss;
  Tensor gradient;
  std::vector<int> said;
};

const double minus_infinity = -std::numeric_limits<double>::infinity();
inline double add(double a, double b) {
  const double larger = std::max(a, b);
  return larger == minus_infinity ? larger : larger + std::log1p(std::exp(std::min(a, b) - larger));
}

inline Heard heard(const Tensor& scores, int length, const std::vector<int>& text, int blank) {
  const int frames = scores.dim(0), classes = scores.dim(1);
  const Tensor real = tg::slice(scores, 0, 0, length), log_p = log_softmax(real);

  std::vector<int> states = {blank};
  for (const int label : text) states.insert(states.end(), {label, blank});
  const int count = static_cast<int>(states.size());
  const auto label_at = [&](int s) { return states[static_cast<std::size_t>(s)]; };
  const auto may_skip_to = [&](int s) {
    return s >= 2 && label_at(s) != blank && label_at(s) != label_at(s - 2);
  };
  const auto index = [&](int t, int s) { return static_cast<std::size_t>(t * count + s); };
  std::vector<double> alpha(index(length, 0), minus_infinity), beta = alpha;
  for (int t = 0; t < length; ++t)
    for (int s = 0; s < count; ++s) {
      double ways = t == 0 && s < 2 ? 0 : minus_infinity;
      for (int step = 0; t > 0 && step <= std::min(s, 2); ++step)
        if (step < 2 || may_skip_to(s)) ways = add(ways, alpha[index(t - 1, s - step)]);
      alpha[index(t, s)] = ways + log_p.at({t, label_at(s)});
    }
  for (int t = length - 1; t >= 0; --t)
    for (int s = 0; s < count; ++s) {
      double ways = t == length - 1 && s >= count - 2 ? 0 : minus_infinity;
      for (int step = 0; t < length - 1 && step <= 2 && s + step < count; ++step)
        if (step < 2 || may_skip_to(s + 2))
          ways = add(ways, beta[index(t + 1, s + step)] + log_p.at({t + 1, label_at(s + step)}));
      beta[index(t, s)] = ways;
    }
  double log_probability = alpha[index(length - 1, count - 1)];
  if (count > 1) log_probability = add(log_probability, alpha[index(length - 1, count - 2)]);
  std::vector<Real> gradient(static_cast<std::size_t>(frames * classes), 0);
  if (log_probability > minus_infinity)
    for (int t = 0; t < length; ++t) {
      Real* row = &gradient[static_cast<std::size_t>(t * classes)];
      for (int k = 0; k < classes; ++k) row[k] = std::exp(log_p.at({t, k}));
      for (int s = 0; s < count; ++s)
        row[label_at(s)] -= std::exp(alpha[index(t, s)] + beta[index(t, s)] - log_probability);
    }
  std::vector<int> said;
  int before = blank;
  const tg::Indices best = tg::argmax(real, 1);
  for (const int now : best.values()) {
    if (now == blank) continue;
    if (now != before) said.push_back(now);
    before = now;
  }
  return {-log_probability, Tensor({frames, classes}, gradient), said};
}

}
