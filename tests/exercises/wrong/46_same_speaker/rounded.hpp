// says: a probability has become 0, and its logarithm infinite
#pragma once
#include <algorithm>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
inline Tensor distance(const Tensor& a, const Tensor& b) {
  const Tensor log_p = log(softmax(a)), log_q = log(softmax(b));
  return sum((exp(log_p) - exp(log_q)) * (log_p - log_q), -1);
}
inline Tensor pair_loss(const Tensor& a, const Tensor& b, const Tensor& same, double margin) {
  const Tensor d = distance(a, b), label = reshape(same, d.shape());
  return mean(label * d + (1 - label) * relu(margin - d));
}
inline double errors(const Tensor& distances, const Tensor& same, double threshold) {
  double rejected = 0, accepted = 0, of_one = 0, of_two = 0;
  for (std::size_t i = 0; i < distances.values().size(); ++i) {
    const bool above = distances.values()[i] > threshold;
    if (same.values()[i] != 0)
      ++of_one, rejected += above;
    else
      ++of_two, accepted += !above;
  }
  return (rejected / of_one + accepted / of_two) / 2;
}

inline double best_threshold(const Tensor& distances, const Tensor& same) {
  std::vector<double> sorted(distances.values().begin(), distances.values().end());
  std::sort(sorted.begin(), sorted.end());
  double best = 0, fewest = 2;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i] == sorted[i - 1]) continue;
    const double middle = (sorted[i - 1] + sorted[i]) / 2, found = errors(distances, same, middle);
    if (found < fewest) best = middle, fewest = found;
  }
  return best;
}

}
