#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// Masks and weights over time, for the options of a loss.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// A mask [B, steps] from B lengths: 1 at an item's real steps and 0 after them. Error if a length is not
/// from 0 to `steps`.
Tensor sequence_mask(const std::vector<int>& lengths, int steps);

/// Weights sqrt(1), sqrt(2), .. sqrt(steps) as [1, steps]. Later steps count more, because at these
/// steps the network has seen more of the sequence.
Tensor sqrt_count_weights(int steps);

/// The mean of the elements that the mask selects: their sum / their number. The mask is as in LossOptions.
/// Error if the mask is undefined.
Tensor masked_mean(const Tensor& values, const Tensor& mask);

}}  // namespace tg
