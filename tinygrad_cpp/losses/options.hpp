#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// How the losses of the elements become one number. `none` keeps one loss per element. `mean` divides the
/// sum by the number of selected elements, never by the sum of the weights. target_length_mean is for CTC
/// only: it divides each sequence's loss by its number of labels, and then takes the mean over the sequences
/// (PyTorch's `mean`).
enum class Reduction { none, sum, mean, target_length_mean };

struct LossOptions {
  Reduction reduction = Reduction::mean;
  /// Selects the elements where the mask is not 0. The others affect neither value nor gradient, even if they
  /// are NaN. Missing axes are added on the right, with size 1: a mask [B,T] fits a loss [B,T,D]. Axes of
  /// size 1 broadcast. Error if the mask selects nothing.
  Tensor mask = {};
  /// Factors for the elements' losses. Their shape follows the same rules as the mask's.
  Tensor weights = {};
};

}}  // namespace tg
