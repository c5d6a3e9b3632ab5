#include "tinygrad_cpp/losses/ctc.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/losses/selection.hpp"
#include "tinygrad_cpp/ops/ctc.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg::inline TG_REAL_NAMESPACE {
namespace {

struct Frame {
  std::size_t item, t;
  std::span<const Real> numbers;
};

/// The first frame of those that count for which `wanted(numbers)` holds.
template <class Wanted>
std::optional<Frame> find_frame(const Tensor& frames, const CTCTargets& targets, Wanted wanted) {
  const auto steps = static_cast<std::size_t>(frames.dim(1)),
             classes = static_cast<std::size_t>(frames.dim(2));
  for (std::size_t item = 0; item < targets.lengths.size(); ++item)
    for (std::size_t t = 0; t < static_cast<std::size_t>(targets.lengths[item]); ++t)
      if (const auto numbers = frames.values().subspan((item * steps + t) * classes, classes);
          wanted(numbers))
        return Frame{item, t, numbers};
  return std::nullopt;
}

double sum_of(std::span<const Real> numbers) { return std::accumulate(numbers.begin(), numbers.end(), 0.0); }

double sum_of_exp(std::span<const Real> numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0,
                         [](double sum, Real v) { return sum + std::exp(static_cast<double>(v)); });
}

Real smallest(std::span<const Real> numbers) { return *std::min_element(numbers.begin(), numbers.end()); }

bool is_one(double sum) { return std::abs(sum - 1) < 1e-3; }  // not when it is NaN

Tensor loss_of(const char* loss, const Tensor& frames, const CTCTargets& targets, CTCInput input,
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

CTCTargets checked(const char* loss, const Tensor& frames, const std::vector<std::vector<int>>& labels,
                   int blank, const CTCOptions& options) {
  CTCTargets targets = ctc_targets(loss, frames, labels, blank, options.lengths);
  if (!options.zero_infinity) check_possible(loss, targets);
  return targets;
}

}  // namespace

Tensor ctc_loss(const Tensor& scores, const std::vector<std::vector<int>>& labels, int blank,
                const CTCOptions& options) {
  const char* loss = "ctc_loss";
  const CTCTargets targets = checked(loss, scores, labels, blank, options);
  const auto other = find_frame(scores, targets, [](auto numbers) {
    return !is_one(sum_of(numbers)) || smallest(numbers) <= 0;
  });
  if (!other && !targets.lengths.empty())
    fail(loss,
         "every frame is a distribution: positive numbers that add up to 1; raw scores are needed, of which "
         "it takes the softmax. Probabilities go into ctc_loss_from_probs");
  return loss_of(loss, scores, targets, CTCInput::scores, options);
}

Tensor ctc_loss_from_log_probs(const Tensor& log_probs, const std::vector<std::vector<int>>& labels,
                               int blank, const CTCOptions& options) {
  const char* loss = "ctc_loss_from_log_probs";
  const CTCTargets targets = checked(loss, log_probs, labels, blank, options);
  if (const auto bad =
          find_frame(log_probs, targets, [](auto numbers) { return !is_one(sum_of_exp(numbers)); }))
    fail(loss,
         "sequence {}, frame {}: e to its numbers adds up to {:.4g}; 1 is needed. Raw scores go into "
         "ctc_loss, probabilities into ctc_loss_from_probs",
         bad->item, bad->t, sum_of_exp(bad->numbers));
  return loss_of(loss, log_probs, targets, CTCInput::log_probs, options);
}

Tensor ctc_loss_from_probs(const Tensor& probs, const std::vector<std::vector<int>>& labels, int blank,
                           const CTCOptions& options) {
  const char* loss = "ctc_loss_from_probs";
  const CTCTargets targets = checked(loss, probs, labels, blank, options);
  if (const auto bad = find_frame(probs, targets, [](auto numbers) {
        return !is_one(sum_of(numbers)) || smallest(numbers) < 0;
      }))
    fail(
        loss,
        "sequence {}, frame {}: its numbers add up to {:.4g}, the smallest is {:.4g}; probabilities that add up "
        "to 1 are needed. Raw scores go into ctc_loss, their logarithms into ctc_loss_from_log_probs",
        bad->item, bad->t, sum_of(bad->numbers), smallest(bad->numbers));
  // A NaN after a sequence's end is not above 0 either, so no logarithm of it is taken.
  const Tensor some = probs > 0;
  const Tensor log_probs = where(some, log(where(some, probs, 1)), -INFINITY);
  return loss_of(loss, log_probs, targets, CTCInput::log_probs, options);
}

}  // namespace tg::inline TG_REAL_NAMESPACE
