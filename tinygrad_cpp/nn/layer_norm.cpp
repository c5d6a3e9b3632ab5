#include "tinygrad_cpp/nn/layer_norm.hpp"

#include <cmath>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/reduce.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

LayerNorm::LayerNorm(int features, LayerNormOptions options) : epsilon(options.epsilon) {
  if (features < 2)
    fail("layer_norm",
         "{} features; at least 2 are needed. One feature is its own mean, and the result would always be "
         "`shift`",
         features);
  if (!(static_cast<Real>(epsilon) > 0) || !std::isfinite(epsilon))
    fail("layer_norm", "epsilon is {}; a number above 0 is needed, or an item of equal features gives 0 / 0",
         epsilon);
  scale = ones({features}).requires_grad(true);
  shift = zeros({features}).requires_grad(true);
}

Tensor LayerNorm::operator()(const Tensor& x) const {
  if (x.rank() < 1 || x.dim(-1) != scale.dim(0))
    fail("layer_norm", "the input has shape {}; {} features are needed on its last axis", x.shape(),
         scale.dim(0));
  const Tensor centred = x - mean(x, -1, keepdim);             // [.., D]
  const Tensor variance = mean(pow(centred, 2), -1, keepdim);  // [.., 1]
  return scale * (centred / sqrt(variance + epsilon)) + shift;
}

}}}  // namespace tg::nn
