#include "tinygrad_cpp/nn/embedding.hpp"

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/movement.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

Embedding::Embedding(int count, int width) {
  if (count < 1 || width < 1) fail("embedding", "{} ids of width {}; both must be at least 1", count, width);
  weight = uniform({count, width}, -0.05, 0.05).requires_grad(true);
}

Tensor Embedding::operator()(const Indices& ids) const {
  for (int id : ids.values())
    if (id < 0 || id >= weight.dim(0)) fail("embedding", "id {}; ids go from 0 to {}", id, weight.dim(0) - 1);
  return take(weight, ids);
}

}}}  // namespace tg::nn
