#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// Divided by the largest number, no square is above 1, so the sum cannot overflow.
inline std::vector<Tensor> clipped(const std::vector<Tensor>& gradients, double limit) {
  double largest = 0, squares = 0;
  for (const Tensor& g : gradients)
    for (const double number : g.values()) {
      if (!std::isfinite(number)) return {};
      largest = std::max(largest, std::abs(number));
    }
  if (largest == 0) return gradients;
  for (const Tensor& g : gradients)
    for (const double number : g.values()) squares += (number / largest) * (number / largest);
  const double factor = limit / largest / std::sqrt(squares);
  if (factor >= 1) return gradients;
  std::vector<Tensor> scaled;
  for (const Tensor& g : gradients) scaled.push_back(g * factor);
  return scaled;
}

}  // namespace exercise
