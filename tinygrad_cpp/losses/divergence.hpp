#pragma once
#include "tinygrad_cpp/losses/options.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// KL(p || q) = sum p ln(p / q) over the last axis, in nats; one number per row, by default their mean. For distributions
/// it is at least 0, and 0 only where p = q; rows that do not add up to 1 are computed as they are, and may be negative.
/// 0 ln 0 is 0; infinite where q is 0 and p is not. Error for negative values and NaN. A mask selects rows.
Tensor kl_divergence(const Tensor& p, const Tensor& q, const LossOptions& options = {});

/// KL(p || q) + KL(q || p) = sum (p - q) ln(p / q): the same both ways round, and never negative.
Tensor symmetric_kl_divergence(const Tensor& p, const Tensor& q, const LossOptions& options = {});

}}  // namespace tg
