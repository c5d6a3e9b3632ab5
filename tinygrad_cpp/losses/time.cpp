#include "tinygrad_cpp/losses/time.hpp"

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/losses/selection.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

Tensor sequence_mask(const std::vector<int>& lengths, int steps) {
  const Shape shape{static_cast<int>(lengths.size()), steps};
  std::vector<Real> mask;
  mask.reserve(static_cast<std::size_t>(shape.size()));
  for (std::size_t item = 0; item < lengths.size(); ++item) {
    if (lengths[item] < 0 || lengths[item] > steps)
      fail("sequence_mask", "item {} has length {}; lengths go from 0 to {} steps", item, lengths[item],
           steps);
    for (int t = 0; t < steps; ++t) mask.push_back(t < lengths[item] ? Real(1) : Real(0));
  }
  return Tensor(shape, mask);
}

Tensor sqrt_count_weights(int steps) {
  if (steps < 1) fail("sqrt_count_weights", "{} steps; at least 1 is needed", steps);
  return reshape(sqrt(arange(1, steps + 1.0)), {1, steps});
}

Tensor masked_mean(const Tensor& values, const Tensor& mask) {
  if (!mask.defined())
    fail("masked_mean", "the mask is undefined; a mask is needed. mean() averages all elements");
  return reduced("masked_mean", values, aligned("masked_mean", "mask", mask, values.shape()), {});
}

}}  // namespace tg
