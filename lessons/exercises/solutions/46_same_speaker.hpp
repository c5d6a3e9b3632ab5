#pragma once
#include <algorithm>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// Made from logarithms alone: a probability that has become 0 has none. Both directions make it symmetric, as
// "the same speaker" is, and softmax makes both rows distributions, without which KL may be below 0.
inline Tensor distance(const Tensor& a, const Tensor& b) {
  const Tensor log_p = log_softmax(a), log_q = log_softmax(b);
  return sum((exp(log_p) - exp(log_q)) * (log_p - log_q), -1);
}

// The labels get the distances' shape before they meet. The hinge is taken of each pair: after a mean, close
// pairs of two speakers would hide behind far ones.
inline Tensor pair_loss(const Tensor& a, const Tensor& b, const Tensor& same, double margin) {
  const Tensor d = distance(a, b), label = reshape(same, d.shape());
  return mean(label * d + (1 - label) * relu(margin - d));
}

// Each share is of its own kind of pairs, since most pairs of a collection are of two speakers.
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
  double best = 0, fewest = 2;  // more than any
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i] == sorted[i - 1]) continue;
    const double middle = (sorted[i - 1] + sorted[i]) / 2, found = errors(distances, same, middle);
    if (found < fewest) best = middle, fewest = found;
  }
  return best;
}

}  // namespace exercise
