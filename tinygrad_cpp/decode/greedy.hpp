#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// Decoders turn the outputs of a network trained with CTC into labels. They take raw scores [B,T,C], as
// ctc_loss does. Log-probabilities are fine too, because log_softmax does not change them. Decoders have no
// gradient and ignore the frames after a sequence's length. The blank has no default. Error naming sequence
// and frame if a score is NaN or +inf, or all scores of a frame are -inf. Error if every frame is a
// distribution: pass log(p) instead of probabilities, or call beam_from_probs.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

struct Options {
  /// The number of real frames of each sequence. Empty: all frames are real.
  std::vector<int> lengths = {};
};

/// The labels that a path (a class per frame) gives: merges equal neighbours, then drops the blanks.
std::vector<int> collapse(const std::vector<int>& path, int blank);

/// The labels of the most probable path, which takes the best class of each frame (best path decoding, Graves
/// and others 2006). They may differ from the most probable labels, because many paths can give the same
/// labels. beam() searches for those.
std::vector<std::vector<int>> greedy(const Tensor& scores, int blank, const Options& options = {});

}}}  // namespace tg::decode
