#include "tinygrad_cpp/nn/activation.hpp"

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/softmax.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

Tensor Sigmoid::operator()(const Tensor& x) const { return sigmoid(x); }

Tensor Softmax::operator()(const Tensor& x) const {
  if (x.rank() < 1 || x.dim(-1) < 2)
    fail("softmax",
         "the input has shape {}; at least 2 classes are needed on the last axis. A softmax over one unit is "
         "always 1 and learns nothing: use Sigmoid",
         x.shape());
  return softmax(x);
}

PReLU::PReLU(int features, double initial_slope) {
  if (features < 1) fail("prelu", "{} features; at least 1 is needed", features);
  slope = full({features}, initial_slope).requires_grad(true);
}

Tensor PReLU::operator()(const Tensor& x) const {
  if (x.rank() < 1 || x.dim(-1) != slope.dim(0))
    fail("prelu", "the input has shape {}; {} features are needed on its last axis", x.shape(), slope.dim(0));
  const Tensor is_above = x > 0;
  return where(is_above, x, slope * where(is_above, 0, x));
}

}}}  // namespace tg::nn
