#pragma once
#include "tinygrad_cpp/nn/parameters.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

struct LayerNormOptions {
  /// What is added to the variance. It keeps an item of equal features from 0 / 0.
  double epsilon = 1e-5;
};

/// Normalises each item over its features, the last axis, [.., D] to [.., D] (Ba and others 2016):
///   y = scale (x - mean) / sqrt(variance + epsilon) + shift
/// The variance is the mean squared deviation (divided by D). scale (gamma) starts at 1, shift (beta) at 0.
/// Each item is normalised independently of the others. Error for one feature, which would always give
/// `shift`.
struct LayerNorm {
  explicit LayerNorm(int features, LayerNormOptions options = {});
  Tensor operator()(const Tensor& x) const;
  Parameters parameters() const { return {{"scale", scale}, {"shift", shift}}; }

  Tensor scale, shift;  // [D], [D]
  double epsilon;
};

}}}  // namespace tg::nn
