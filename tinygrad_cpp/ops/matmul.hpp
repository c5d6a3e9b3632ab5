#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The matrix product. [.., M, K] x [K, N] gives [.., M, N], the same matrix for every item; [.., M, K] x
/// [.., K, N] with equal leading sizes gives one product per item.
///   dL/da = g b^T,  dL/db = a^T g, summed over the items if b is one matrix for all
/// Error unless both have at least 2 axes, a has as many columns as b has rows, and the leading sizes fit.
Tensor matmul(const Tensor& a, const Tensor& b);

}}  // namespace tg
