#include "tinygrad_cpp/losses/selection.hpp"

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/reduce.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

void check_same_shape(const char* loss, const Tensor& prediction, const Tensor& target,
                      const char* prediction_name, const char* target_name) {
  if (prediction.shape() != target.shape())
    fail(
        loss,
        "shapes differ: {} is {}, {} is {}; reshape one of them (a silent broadcast would compare every pair)",
        prediction_name, prediction.shape(), target_name, target.shape());
}

Tensor aligned(const char* loss, const char* what, const Tensor& factors, const Shape& shape) {
  if (!factors.defined()) return factors;
  Shape wide = factors.shape();
  bool fits = wide.rank() <= shape.rank();
  while (fits && wide.rank() < shape.rank()) wide = wide.inserted(wide.rank(), 1);
  for (int i = 0; fits && i < wide.rank(); ++i) fits = wide[i] == 1 || wide[i] == shape[i];
  if (!fits)
    fail(loss,
         "the {} has shape {}, the loss {}; sizes must be equal or 1, missing axes are added on the right",
         what, factors.shape(), shape);
  return wide == factors.shape() ? factors : reshape(factors, wide);
}

Tensor selected(const Tensor& values, const Tensor& mask, const Tensor& otherwise) {
  return mask.defined() ? where(mask, values, otherwise) : values;
}

Tensor reduced(const char* loss, const Tensor& elements, const Tensor& mask, const LossOptions& options) {
  Tensor weighted = elements;
  std::int64_t count = elements.size();
  if (mask.defined()) {
    count = 0;
    const Tensor wide = broadcast_to(mask.detach(), elements.shape());
    for (Real value : wide.values()) count += value != 0;
    if (count == 0) fail(loss, "the mask selects nothing; at least one element must count");
  }
  const Tensor weights = aligned(loss, "weights tensor", options.weights, elements.shape());
  if (weights.defined()) weighted = weighted * weights;
  weighted = selected(weighted, mask, 0);
  if (options.reduction == Reduction::none) return weighted;
  if (options.reduction == Reduction::sum) return sum(weighted);
  if (options.reduction == Reduction::target_length_mean)
    fail(loss, "target_length_mean divides by label lengths, which only ctc_loss has; use none, sum or mean");
  if (count == 0) fail(loss, "the loss has shape {}; a mean needs at least one element", elements.shape());
  return sum(weighted) / static_cast<double>(count);
}

}}  // namespace tg
