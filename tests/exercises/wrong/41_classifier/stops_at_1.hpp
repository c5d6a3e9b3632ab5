// says: scores that are true once they are divided by 0.2
#pragma once
#include <cmath>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Indices;
using tg::Tensor;
using tg::nn::Dense;
inline Tensor pair(const Tensor& z) {
  return z.dim(1) == 1 ? tg::concat({tg::zeros({z.dim(0), 1}), z}, 1) : z;
}

inline Tensor probabilities(const Tensor& z) { return softmax(pair(z)); }
inline Tensor loss(const Tensor& z, const Indices& labels) {
  const std::vector<int> ids(labels.values().begin(), labels.values().end());
  return -mean(gather(log_softmax(pair(z)), 1, Indices({z.dim(0), 1}, ids)));
}
inline Dense one_output(const Dense& two) {
  Dense one(two.weight.dim(0), 1);
  one.weight = tg::slice(two.weight, 1, 1, 2) - tg::slice(two.weight, 1, 0, 1);
  one.bias = tg::slice(two.bias, 0, 1, 2) - tg::slice(two.bias, 0, 0, 1);
  return one;
}
inline double temperature(const Tensor& z, const Indices& labels) {
  const auto slope = [&](double a) {
    const Tensor factor = Tensor(a).requires_grad(true);
    return grad(loss(z.detach() * factor, labels), {factor})[0].item();
  };
  double low = 0, high = 1;

  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (slope(middle) < 0 ? low : high) = middle;
  }
  return 1 / low;
}

}
