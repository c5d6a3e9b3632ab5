#include "tinygrad_cpp/nn/dense.hpp"

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/nn/init.hpp"
#include "tinygrad_cpp/ops/matmul.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

Dense::Dense(int in, int out, DenseOptions options) {
  if (in < 1 || out < 1) fail("dense", "{} features in and {} out; both must be at least 1", in, out);
  weight = glorot_uniform(in, out);
  if (options.bias) bias = zeros({out}).requires_grad(true);
}

Tensor Dense::operator()(const Tensor& x) const {
  if (x.rank() < 1 || x.dim(-1) != weight.dim(0))
    fail("dense", "the input has shape {}; {} features are needed on its last axis", x.shape(),
         weight.dim(0));
  if (x.rank() == 1) return reshape((*this)(reshape(x, {1, -1})), {-1});
  const Tensor product = matmul(x, weight);
  return bias.defined() ? product + bias : product;
}

Parameters Dense::parameters() const {
  if (!bias.defined()) return {{"weight", weight}};
  return {{"weight", weight}, {"bias", bias}};
}

}}}  // namespace tg::nn
