#pragma once
#include "tinygrad_cpp/losses/options.hpp"

// What all losses share: how mask and weights find their elements, and how the rest is added up.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// Losses never broadcast prediction against target: a [B,1] against a [B] would compare every pair.
void check_same_shape(const char* loss, const Tensor& prediction, const Tensor& target);

/// `factors` (a mask or weights) with axes of size 1 added on the right until it broadcasts to `shape`; Error otherwise.
Tensor aligned(const char* loss, const char* what, const Tensor& factors, const Shape& shape);

/// `values` where the mask selects, `otherwise` elsewhere; all of them without a mask.
Tensor selected(const Tensor& values, const Tensor& mask, const Tensor& otherwise);

/// Weighs and adds up a loss per element. The mask must have been aligned.
Tensor reduced(const char* loss, const Tensor& elements, const Tensor& mask, const LossOptions& options);

}}  // namespace tg
