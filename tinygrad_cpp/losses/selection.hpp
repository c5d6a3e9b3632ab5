#pragma once
#include "tinygrad_cpp/losses/options.hpp"

// Shared by all losses: masks, weights and reductions.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// Error unless the shapes are equal. Losses never broadcast: a prediction [B,1] against a target [B] would
/// compare every pair.
void check_same_shape(const char* loss, const Tensor& prediction, const Tensor& target,
                      const char* prediction_name = "prediction", const char* target_name = "target");

/// A mask or weights with axes of size 1 added on the right up to the rank of `shape`. Error if the result
/// does not broadcast to `shape`.
Tensor aligned(const char* loss, const char* what, const Tensor& factors, const Shape& shape);

/// `values` where the mask is not 0, and `otherwise` elsewhere. Without a mask, all values.
Tensor selected(const Tensor& values, const Tensor& mask, const Tensor& otherwise);

/// Applies weights, mask and reduction to a loss per element. The mask must be aligned already.
Tensor reduced(const char* loss, const Tensor& elements, const Tensor& mask, const LossOptions& options);

}}  // namespace tg
