#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// Masks and weights over time, for the options of a loss.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// 1 at an item's real steps and 0 after them: [B, steps] from B lengths. Error when a length is not from 0 to `steps`.
Tensor sequence_mask(const std::vector<int>& lengths, int steps);

/// sqrt(1), sqrt(2), .. sqrt(steps) as [1, steps]: later steps of a sequence, which have seen more, count more.
Tensor sqrt_count_weights(int steps);

/// The mean of the elements that the mask selects: sum(select(values)) / count. Masks as in LossOptions; Error without one.
Tensor masked_mean(const Tensor& values, const Tensor& mask);

}}  // namespace tg
