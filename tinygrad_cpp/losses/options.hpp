#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// How a loss per element becomes one number. `none` leaves it per element; `mean` divides the sum by the number of
/// selected elements, never by the sum of weights. target_length_mean is CTC's: each item's loss is divided by its
/// number of labels first, then the mean over items is taken (PyTorch's `mean`).
enum class Reduction { none, sum, mean, target_length_mean };

struct LossOptions {
  Reduction reduction = Reduction::mean;
  /// Elements count where it is not 0. It has the loss's shape, or fewer axes (the missing ones are put on the right: a
  /// mask [B,T] serves a loss [B,T,D]), or axes of size 1. What is not selected reaches neither value nor gradient,
  /// not even a NaN. Error when it selects nothing.
  Tensor mask = {};
  /// Factors on the elements' losses, with shapes as the mask's.
  Tensor weights = {};
};

}}  // namespace tg
