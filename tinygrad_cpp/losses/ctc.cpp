#include "tinygrad_cpp/losses/ctc.hpp"

#include <algorithm>
#include <cmath>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/losses/selection.hpp"
#include "tinygrad_cpp/ops/ctc_frames.hpp"
#include "tinygrad_cpp/ops/fused_ctc.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

Tensor reduced_loss(const char* loss, const Tensor& frames, const CTCTargets& targets, CTCInput input,
                    const CTCOptions& options) {
  Tensor each = ctc(frames, targets, input);  // [B]
  if (options.zero_infinity) each = where(each >= INFINITY, 0, each);
  if (options.reduction != Reduction::target_length_mean)
    return reduced(loss, each, {}, {.reduction = options.reduction});
  std::vector<Real> counts;
  for (const auto& labels : targets.labels)
    counts.push_back(static_cast<Real>(std::max<std::size_t>(labels.size(), 1)));
  return reduced(loss, each / Tensor(each.shape(), counts), {}, {});
}

CTCTargets checked_targets(const char* loss, const Tensor& frames,
                           const std::vector<std::vector<int>>& labels, int blank,
                           const CTCOptions& options) {
  CTCTargets targets = ctc_targets(loss, frames, labels, blank, options.lengths);
  if (!options.zero_infinity) check_possible(loss, targets);
  return targets;
}

}  // namespace

Tensor ctc_loss(const Tensor& scores, const std::vector<std::vector<int>>& labels, int blank,
                const CTCOptions& options) {
  const char* loss = "ctc_loss";
  const CTCTargets targets = checked_targets(loss, scores, labels, blank, options);
  check_are_scores(loss, scores, targets.lengths, "Probabilities go into ctc_loss_from_probs");
  return reduced_loss(loss, scores, targets, CTCInput::scores, options);
}

Tensor ctc_loss_from_log_probs(const Tensor& log_probs, const std::vector<std::vector<int>>& labels,
                               int blank, const CTCOptions& options) {
  const char* loss = "ctc_loss_from_log_probs";
  const CTCTargets targets = checked_targets(loss, log_probs, labels, blank, options);
  check_are_log_probs(loss, log_probs, targets.lengths,
                      "Raw scores go into ctc_loss, probabilities into ctc_loss_from_probs");
  return reduced_loss(loss, log_probs, targets, CTCInput::log_probs, options);
}

Tensor ctc_loss_from_probs(const Tensor& probs, const std::vector<std::vector<int>>& labels, int blank,
                           const CTCOptions& options) {
  const char* loss = "ctc_loss_from_probs";
  const CTCTargets targets = checked_targets(loss, probs, labels, blank, options);
  const Tensor log_probs =
      log_of_probs(loss, probs, targets.lengths,
                   "Raw scores go into ctc_loss, log-probabilities into ctc_loss_from_log_probs");
  return reduced_loss(loss, log_probs, targets, CTCInput::log_probs, options);
}

}}  // namespace tg
