#include "tinygrad_cpp/decode/align.hpp"

#include <algorithm>

#include "tinygrad_cpp/decode/log_probabilities.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/ctc_frames.hpp"
#include "tinygrad_cpp/ops/ctc_targets.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {
namespace {

Alignment best_path(const std::vector<double>& log_p, std::size_t classes, const std::vector<int>& labels,
                    int blank, std::size_t item) {
  const std::size_t steps = log_p.size() / classes, states = 2 * labels.size() + 1;
  std::vector<int> state_class(states, blank);  // blank, label, blank, .. label, blank
  for (std::size_t i = 0; i < labels.size(); ++i) state_class[2 * i + 1] = labels[i];
  const auto y = [&](std::size_t t, std::size_t state) {
    return log_p[t * classes + static_cast<std::size_t>(state_class[state])];
  };
  // ln of the probability of the best path to each state. Before the first frame every path is at the first
  // blank.
  std::vector<double> best(states, -INFINITY), next(states);
  best[0] = 0;
  // [T,S]: how many states the best path to a state advanced in this frame.
  std::vector<unsigned char> step_size(steps * states);
  for (std::size_t t = 0; t < steps; ++t) {
    for (std::size_t s = 0; s < states; ++s) {
      const std::size_t max_step =
          s > 1 && state_class[s] != state_class[s - 2] ? 2 : std::min<std::size_t>(s, 1);
      std::size_t step = 0;
      for (std::size_t k = 1; k <= max_step; ++k)
        if (best[s - k] > best[s - step]) step = k;
      next[s] = best[s - step] + y(t, s);
      step_size[t * states + s] = static_cast<unsigned char>(step);
    }
    std::swap(best, next);
  }
  std::size_t state = states - 1;  // a path may end in the last blank or the last label
  if (states > 1 && best[state - 1] > best[state]) --state;
  if (best[state] == -INFINITY)
    fail("align", "sequence {}: every path that gives its target has probability 0", item);

  Alignment alignment{.path = {}, .spans = {}, .score = best[state]};
  std::vector<std::size_t> state_at(steps);
  for (std::size_t t = steps; t-- > 0; state -= step_size[t * states + state]) state_at[t] = state;
  for (std::size_t t = 0; t < steps; ++t) {
    alignment.path.push_back(state_class[state_at[t]]);
    if (state_at[t] % 2 == 0) continue;
    const int frame = static_cast<int>(t);
    if (t == 0 || state_at[t] != state_at[t - 1])
      alignment.spans.push_back({state_class[state_at[t]], frame, frame, 0});
    Span& span = alignment.spans.back();
    span.stop = frame + 1;
    span.score += y(t, state_at[t]);
  }
  for (Span& span : alignment.spans) span.score /= span.stop - span.start;
  return alignment;
}

}  // namespace

std::vector<Alignment> align(const Tensor& scores, const std::vector<std::vector<int>>& labels, int blank,
                             const Options& options) {
  const CTCTargets targets = ctc_targets("align", scores, labels, blank, options.lengths);
  check_possible("align", targets);
  check_are_scores("align", scores, targets.lengths, "If these are probabilities, pass log(p)");
  const auto classes = static_cast<std::size_t>(scores.dim(2));
  std::vector<Alignment> all;
  for (std::size_t item = 0; item < labels.size(); ++item)
    all.push_back(best_path(log_probabilities("align", scores, static_cast<int>(item), targets.lengths[item]),
                            classes, labels[item], blank, item));
  return all;
}

}}}  // namespace tg::decode
