#pragma once
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// What the numbers of CTC's frames [B,T,C] are: raw scores, probabilities or their logarithms. No header that
// users include includes this one.

namespace tg { inline namespace TG_REAL_NAMESPACE {

struct CTCFrame {
  std::size_t item, t;
  std::span<const Real> numbers;  // [C]
};

/// The first frame within the lengths for which `wanted(numbers)` holds, or none.
std::optional<CTCFrame> find_frame(const Tensor& frames, const std::vector<int>& lengths,
                                   const std::function<bool(std::span<const Real> numbers)>& wanted);

/// Error naming `op` when every frame is a distribution, numbers from 0 up that add up to 1 (to 1e-3), where
/// raw scores are needed: a second softmax would silently make all classes almost equally likely. The hint
/// says what takes probabilities.
void check_are_scores(const char* op, const Tensor& frames, const std::vector<int>& lengths,
                      const char* hint);

/// Error naming `op`, sequence and frame unless e to each frame's numbers adds up to 1 (to 1e-3).
void check_are_log_probs(const char* op, const Tensor& frames, const std::vector<int>& lengths,
                         const char* hint);

/// The logarithms of probabilities, -inf for 0, through which no gradient flows there. Error naming `op`,
/// sequence and frame unless each frame adds up to 1 (to 1e-3) and has no number below 0.
Tensor log_of_probs(const char* op, const Tensor& probs, const std::vector<int>& lengths, const char* hint);

}}  // namespace tg
