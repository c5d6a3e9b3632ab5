#include "tinygrad_cpp/decode/log_probabilities.hpp"

#include <algorithm>

#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

std::span<const Real> checked_frame(const char* op, const Tensor& scores, int item, int t) {
  const auto classes = static_cast<std::size_t>(scores.dim(2)),
             steps = static_cast<std::size_t>(scores.dim(1));
  const std::span<const Real> frame = scores.values().subspan(
      (static_cast<std::size_t>(item) * steps + static_cast<std::size_t>(t)) * classes, classes);
  for (Real score : frame)
    if (std::isnan(score) || score == INFINITY)
      fail(op, "sequence {}, frame {}: a score is {}; numbers are needed", item, t, score);
  if (std::none_of(frame.begin(), frame.end(), [](Real score) { return std::isfinite(score); }))
    fail(op, "sequence {}, frame {}: every score is -inf; at least one class must be possible", item, t);
  return frame;
}

std::vector<double> log_probabilities(const char* op, const Tensor& scores, int item, int length) {
  std::vector<double> all;
  for (int t = 0; t < length; ++t) {
    const std::span<const Real> frame = checked_frame(op, scores, item, t);
    const auto largest = static_cast<double>(*std::max_element(frame.begin(), frame.end()));
    double total = 0;
    for (Real score : frame) total += std::exp(static_cast<double>(score) - largest);
    const double normaliser = largest + std::log(total);
    for (Real score : frame) all.push_back(static_cast<double>(score) - normaliser);
  }
  return all;
}

}}}  // namespace tg::decode
