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
  const std::size_t steps = log_p.size() / classes, places = 2 * labels.size() + 1;
  std::vector<int> classes_of(places, blank);  // blank, label, blank, .. label, blank
  for (std::size_t i = 0; i < labels.size(); ++i) classes_of[2 * i + 1] = labels[i];
  const auto y = [&](std::size_t t, std::size_t place) {
    return log_p[t * classes + static_cast<std::size_t>(classes_of[place])];
  };
  // The best path's ln probability by place; before the first frame it stands at the first blank.
  std::vector<double> best(places, -INFINITY), next(places);
  best[0] = 0;
  std::vector<unsigned char> moved(steps * places);  // by how many places the best path came to one
  for (std::size_t t = 0; t < steps; ++t) {
    for (std::size_t s = 0; s < places; ++s) {
      const std::size_t furthest =
          s > 1 && classes_of[s] != classes_of[s - 2] ? 2 : std::min<std::size_t>(s, 1);
      std::size_t by = 0;
      for (std::size_t k = 1; k <= furthest; ++k)
        if (best[s - k] > best[s - by]) by = k;
      next[s] = best[s - by] + y(t, s);
      moved[t * places + s] = static_cast<unsigned char>(by);
    }
    std::swap(best, next);
  }
  std::size_t place = places - 1;  // a path may end in the last blank or the last label
  if (places > 1 && best[place - 1] > best[place]) --place;
  if (best[place] == -INFINITY)
    fail("align", "sequence {}: every path that says its target has probability 0", item);

  Alignment alignment{.path = {}, .spans = {}, .score = best[place]};
  std::vector<std::size_t> at(steps);
  for (std::size_t t = steps; t-- > 0; place -= moved[t * places + place]) at[t] = place;
  for (std::size_t t = 0; t < steps; ++t) {
    alignment.path.push_back(classes_of[at[t]]);
    if (at[t] % 2 == 0) continue;
    const int frame = static_cast<int>(t);
    if (t == 0 || at[t] != at[t - 1]) alignment.spans.push_back({classes_of[at[t]], frame, frame, 0});
    Span& span = alignment.spans.back();
    span.stop = frame + 1;
    span.score += y(t, at[t]);
  }
  for (Span& span : alignment.spans) span.score /= span.stop - span.start;
  return alignment;
}

}  // namespace

std::vector<Alignment> align(const Tensor& scores, const std::vector<std::vector<int>>& labels, int blank,
                             const Options& options) {
  const CTCTargets targets = ctc_targets("align", scores, labels, blank, options.lengths);
  check_possible("align", targets);
  check_are_scores("align", scores, targets.lengths, "Of probabilities, give the logarithms: log(p)");
  const auto classes = static_cast<std::size_t>(scores.dim(2));
  std::vector<Alignment> all;
  for (std::size_t item = 0; item < labels.size(); ++item)
    all.push_back(best_path(log_probabilities("align", scores, static_cast<int>(item), targets.lengths[item]),
                            classes, labels[item], blank, item));
  return all;
}

}}}  // namespace tg::decode
