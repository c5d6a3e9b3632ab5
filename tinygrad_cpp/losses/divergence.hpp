#pragma once
#include "tinygrad_cpp/losses/options.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// KL(p || q) = sum p ln(p / q) over the last axis, in nats. This gives one number per row, by default their
/// mean. For distributions it is at least 0, and 0 only if p = q. Rows are not normalised: if they do not sum
/// to 1, the result may be negative. 0 ln 0 counts as 0. The result is infinite where q is 0 and p is not.
/// Error if a selected value is negative or NaN. A mask selects rows.
Tensor kl_divergence(const Tensor& p, const Tensor& q, const LossOptions& options = {});

/// KL(p || q) + KL(q || p) = sum (p - q) ln(p / q) (Jeffreys' divergence, not halved). It is symmetric in p
/// and q, and never negative.
Tensor symmetric_kl_divergence(const Tensor& p, const Tensor& q, const LossOptions& options = {});

}}  // namespace tg
