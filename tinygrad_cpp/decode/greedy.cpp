#include "tinygrad_cpp/decode/greedy.hpp"

#include <algorithm>

#include "tinygrad_cpp/decode/log_probabilities.hpp"
#include "tinygrad_cpp/ops/ctc_frames.hpp"
#include "tinygrad_cpp/ops/ctc_targets.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

std::vector<int> collapse(const std::vector<int>& path, int blank) {
  std::vector<int> labels;
  for (std::size_t t = 0; t < path.size(); ++t)
    if (path[t] != blank && (t == 0 || path[t] != path[t - 1])) labels.push_back(path[t]);
  return labels;
}

std::vector<std::vector<int>> greedy(const Tensor& scores, int blank, const Options& options) {
  const std::vector<int> lengths = ctc_lengths("greedy", scores, blank, options.lengths);
  check_are_scores("greedy", scores, lengths, "If these are probabilities, pass log(p)");
  std::vector<std::vector<int>> all;
  for (std::size_t item = 0; item < lengths.size(); ++item) {
    std::vector<int> path;
    for (int t = 0; t < lengths[item]; ++t) {
      const std::span<const Real> frame = checked_frame("greedy", scores, static_cast<int>(item), t);
      path.push_back(static_cast<int>(std::max_element(frame.begin(), frame.end()) - frame.begin()));
    }
    all.push_back(collapse(path, blank));
  }
  return all;
}

}}}  // namespace tg::decode
