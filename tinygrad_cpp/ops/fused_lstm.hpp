#pragma once
#include <array>
#include <vector>

#include "tinygrad_cpp/ops/lstm_of_operations.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The same as lstm_of_operations, by a kernel of its own. It is tested against lstm_of_operations, which also
/// computes gradients that must be differentiated again.
Tensor lstm(const Tensor& x, const LSTMWeights& weights, const LSTMStart& start,
            const std::vector<int>& lengths = {}, bool reverse = false);

/// Both directions over the same x, on two threads at once: lstm of the first weights and start, and of the
/// second with `reverse`.
std::array<Tensor, 2> lstm_both_ways(const Tensor& x, const std::array<LSTMWeights, 2>& weights,
                                     const std::array<LSTMStart, 2>& start,
                                     const std::vector<int>& lengths = {});

}}  // namespace tg
