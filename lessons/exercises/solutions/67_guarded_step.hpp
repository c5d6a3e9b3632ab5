#pragma once
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

// A finite mask keeps the softmax finite where nothing is real. There its weights are equal, and the product
// sets them to 0.
inline Tensor attend(const Tensor& scores, const Tensor& values, const Tensor& mask) {
  const Tensor weights = softmax(where(mask > 0, scores, tg::full({}, -1e9))) * mask;
  return sum(reshape(weights, {mask.dim(0), mask.dim(1), 1}) * values, 1);
}

// -ln p is softplus(-z), and -ln(1 - p) is softplus(z) = softplus(-z) + z.
inline Tensor loss(const Tensor& z, const Tensor& y) { return mean(softplus(z) - y * z); }

// All gradients are looked at before the first weight moves.
inline bool step(const tg::nn::Parameters& parameters, double lr, double limit) {
  double squares = 0;
  for (const auto& [name, parameter] : parameters) {
    if (!parameter.has_grad()) continue;
    for (const double g : parameter.grad().values()) squares += g * g;
  }
  const double norm = std::sqrt(squares);
  if (!std::isfinite(norm)) return false;
  const double factor = norm > limit ? limit / norm : 1;
  for (const auto& [name, parameter] : parameters)
    if (parameter.has_grad()) parameter.assign(parameter - lr * factor * parameter.grad());
  return true;
}

inline std::string culprit(const std::function<Tensor()>& loss) {
  const tg::AnomalyMode on;
  try {
    loss().backward();
  } catch (const tg::Error& error) {
    const std::string text = error.what();
    return text.substr(1, text.find(']') - 1);
  }
  return "";
}

}  // namespace exercise
