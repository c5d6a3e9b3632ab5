#include "tinygrad_cpp/nn/init.hpp"

#include <algorithm>
#include <cmath>

#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {
namespace {

void check_sizes(const char* op, int a, int b) {
  if (a < 1 || b < 1) fail(op, "sizes {} and {}; both must be at least 1", a, b);
}

}  // namespace

Tensor glorot_uniform(int in, int out) {
  check_sizes("glorot_uniform", in, out);
  const double limit = std::sqrt(6 / (static_cast<double>(in) + out));
  return uniform({in, out}, -limit, limit).requires_grad(true);
}

Tensor orthogonal(int rows, int columns) {
  check_sizes("orthogonal", rows, columns);
  // Gram-Schmidt on random normal vectors, in double. Each vector is made orthogonal to the ones before it
  // twice, because the first round leaves rounding errors.
  const auto count = static_cast<std::size_t>(std::min(rows, columns));
  const auto length = static_cast<std::size_t>(std::max(rows, columns));
  std::vector<std::vector<double>> vectors;
  while (vectors.size() < count) {
    std::vector<double> v(length);
    for (double& x : v) x = random_stream().normal();
    for (int round = 0; round < 2; ++round)
      for (const std::vector<double>& other : vectors) {
        double projection = 0;
        for (std::size_t i = 0; i < length; ++i) projection += v[i] * other[i];
        for (std::size_t i = 0; i < length; ++i) v[i] -= projection * other[i];
      }
    double norm = 0;
    for (double x : v) norm += x * x;
    norm = std::sqrt(norm);
    if (norm < 1e-6) continue;  // almost a combination of the others: draw again
    for (double& x : v) x /= norm;
    vectors.push_back(std::move(v));
  }
  std::vector<Real> values;
  for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i)
    for (std::size_t k = 0; k < static_cast<std::size_t>(columns); ++k)
      values.push_back(static_cast<Real>(rows <= columns ? vectors[i][k] : vectors[k][i]));
  return Tensor({rows, columns}, values).requires_grad(true);
}

Tensor fan_uniform(const Shape& shape, int fan) {
  if (fan < 1) fail("fan_uniform", "fan is {}; at least 1 is needed", fan);
  const double limit = 1 / std::sqrt(static_cast<double>(fan));
  return uniform(shape, -limit, limit).requires_grad(true);
}

}}}  // namespace tg::nn
