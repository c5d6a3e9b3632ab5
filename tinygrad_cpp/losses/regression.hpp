#pragma once
#include "tinygrad_cpp/losses/options.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The squared error (prediction - target)^2 per element; by default its mean. Error unless the shapes are
/// equal.
Tensor mse_loss(const Tensor& prediction, const Tensor& target, const LossOptions& options = {});

}}  // namespace tg
