#include "tinygrad_cpp/losses/regression.hpp"

#include "tinygrad_cpp/losses/selection.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

Tensor mse_loss(const Tensor& prediction, const Tensor& target, const LossOptions& options) {
  check_same_shape("mse_loss", prediction, target);
  const Tensor mask = aligned("mse_loss", "mask", options.mask, prediction.shape());
  const Tensor difference = selected(prediction, mask, 0) - selected(target, mask, 0);
  return reduced("mse_loss", pow(difference, 2), mask, options);
}

}}  // namespace tg
