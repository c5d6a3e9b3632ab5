#pragma once
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// Checks whether the frames of CTC [B,T,C] hold raw scores, probabilities or log-probabilities. Internal: no
// public header includes this one.

namespace tg { inline namespace TG_REAL_NAMESPACE {

struct CTCFrame {
  std::size_t item, t;
  std::span<const Real> numbers;  // [C]
};

/// The first frame within the lengths for which `wanted(numbers)` holds, or none.
std::optional<CTCFrame> find_frame(const Tensor& frames, const std::vector<int>& lengths,
                                   const std::function<bool(std::span<const Real> numbers)>& wanted);

/// Error that names `op` when every frame is a distribution (no number below 0, sum 1 to within 1e-3) where
/// raw scores are needed: a second softmax would make all classes almost equally likely. `hint` names the
/// function that takes probabilities.
void check_are_scores(const char* op, const Tensor& frames, const std::vector<int>& lengths,
                      const char* hint);

/// Error that names `op`, sequence and frame unless the exponentials of each frame add up to 1 (to within
/// 1e-3).
void check_are_log_probs(const char* op, const Tensor& frames, const std::vector<int>& lengths,
                         const char* hint);

/// The logarithms of probabilities. A probability of 0 gives -inf and gets no gradient. Error that names
/// `op`, sequence and frame unless each frame adds up to 1 (to within 1e-3) and has no number below 0.
Tensor log_of_probs(const char* op, const Tensor& probs, const std::vector<int>& lengths, const char* hint);

}}  // namespace tg
