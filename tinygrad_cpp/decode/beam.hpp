#pragma once
#include <functional>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

struct Hypothesis {
  std::vector<int> labels;
  double score;  // ln of their probability, in nats, plus the language model's scores
};

struct BeamOptions {
  /// The number of real frames of each sequence. Empty: all frames are real.
  std::vector<int> lengths = {};
  /// The number of prefixes kept after each frame.
  int width = 16;
  /// The number of hypotheses returned, the best first. There are fewer if the beam holds fewer.
  int top = 1;
  /// The score added when a label extends a prefix: ln of the label's probability after the prefix, times a
  /// weight. -inf forbids the label.
  std::function<double(const std::vector<int>& prefix, int label)> language_model = {};
};

/// The most probable labels, by prefix beam search (Hannun and others 2014, first-pass decoding). The
/// search adds up the probabilities of all paths that give a prefix, separately for paths that end in a blank
/// and for the others. Without a language model, a score is at most the exact one, -ctc_loss, and equals it
/// if the beam is so wide that no prefix was dropped. Takes raw scores: see greedy.hpp. Error unless 1 <= top
/// <= width.
std::vector<std::vector<Hypothesis>> beam(const Tensor& scores, int blank, const BeamOptions& options = {});

/// The same from probabilities, for example a network's softmax outputs (Keras' ctc_decode takes these).
/// Error if a frame does not sum to 1 (to 1e-3) or has a negative number.
std::vector<std::vector<Hypothesis>> beam_from_probs(const Tensor& probs, int blank,
                                                     const BeamOptions& options = {});

}}}  // namespace tg::decode
