#include "tinygrad_cpp/ops/ctc_frames.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

double sum_of(std::span<const Real> numbers) { return std::accumulate(numbers.begin(), numbers.end(), 0.0); }

double sum_of_exp(std::span<const Real> numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0,
                         [](double sum, Real v) { return sum + std::exp(static_cast<double>(v)); });
}

Real smallest(std::span<const Real> numbers) { return *std::min_element(numbers.begin(), numbers.end()); }

bool is_one(double sum) { return std::abs(sum - 1) < 1e-3; }  // not when it is NaN

}  // namespace

std::optional<CTCFrame> find_frame(const Tensor& frames, const std::vector<int>& lengths,
                                   const std::function<bool(std::span<const Real> numbers)>& wanted) {
  const auto steps = static_cast<std::size_t>(frames.dim(1)),
             classes = static_cast<std::size_t>(frames.dim(2));
  for (std::size_t item = 0; item < lengths.size(); ++item)
    for (std::size_t t = 0; t < static_cast<std::size_t>(lengths[item]); ++t)
      if (const auto numbers = frames.values().subspan((item * steps + t) * classes, classes);
          wanted(numbers))
        return CTCFrame{item, t, numbers};
  return std::nullopt;
}

void check_are_scores(const char* op, const Tensor& frames, const std::vector<int>& lengths,
                      const char* hint) {
  const auto other = find_frame(frames, lengths, [](auto numbers) {
    return !is_one(sum_of(numbers)) || smallest(numbers) < 0;
  });
  if (!other && !lengths.empty())
    fail(
        op,
        "every frame is a distribution: no number below 0, sum 1; raw scores are needed, because the softmax is "
        "computed here. {}",
        hint);
}

void check_are_log_probs(const char* op, const Tensor& frames, const std::vector<int>& lengths,
                         const char* hint) {
  if (const auto bad = find_frame(frames, lengths, [](auto numbers) { return !is_one(sum_of_exp(numbers)); }))
    fail(op, "sequence {}, frame {}: the sum of e^x over its classes is {:.4g}; 1 is needed. {}", bad->item,
         bad->t, sum_of_exp(bad->numbers), hint);
}

Tensor log_of_probs(const char* op, const Tensor& probs, const std::vector<int>& lengths, const char* hint) {
  if (const auto bad = find_frame(probs, lengths, [](auto numbers) {
        return !is_one(sum_of(numbers)) || smallest(numbers) < 0;
      }))
    fail(
        op,
        "sequence {}, frame {}: its numbers add up to {:.4g}, the smallest is {:.4g}; probabilities that add "
        "up to 1 are needed. {}",
        bad->item, bad->t, sum_of(bad->numbers), smallest(bad->numbers), hint);
  // A NaN after a sequence's end is not above 0 either, so no logarithm of it is taken.
  const Tensor some = probs > 0;
  return where(some, log(where(some, probs, 1)), -INFINITY);
}

}}  // namespace tg
