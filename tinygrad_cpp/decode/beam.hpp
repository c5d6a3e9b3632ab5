#pragma once
#include <functional>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

struct Hypothesis {
  std::vector<int> labels;
  double score;  // ln of its probability, in nats, plus what the language model added
};

struct BeamOptions {
  /// The real frames of each sequence; empty: all.
  std::vector<int> lengths = {};
  /// Prefixes kept after each frame.
  int width = 16;
  /// Hypotheses to give, the best first; fewer when there are fewer.
  int top = 1;
  /// What is added to a prefix's score when it grows by a label: ln of the label's probability after it, times a weight.
  /// -inf forbids the label there.
  std::function<double(const std::vector<int>& prefix, int label)> language_model = {};
};

/// The likeliest labels, by a search over prefixes (Hannun and others 2014, first-pass decoding): each prefix's probability
/// is added up over the paths that say it, apart for those that end in a blank and those that do not. A score is never
/// above the exact one, -ctc_loss, and equals it when the beam is so wide that nothing was dropped. Raw scores, as in
/// greedy.hpp. Error unless 1 <= top <= width.
std::vector<std::vector<Hypothesis>> beam(const Tensor& scores, int blank, const BeamOptions& options = {});

/// The same from probabilities, a network's softmax outputs (as Keras' ctc_decode takes). Error when a frame
/// does not add up to 1 (to 1e-3) or one of its numbers is below 0.
std::vector<std::vector<Hypothesis>> beam_from_probs(const Tensor& probs, int blank,
                                                     const BeamOptions& options = {});

}}}  // namespace tg::decode
