#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// From the frames of a network trained with CTC to labels. All decoders take raw scores [B,T,C], as ctc_loss does
// (log-probabilities will do: a softmax changes nothing in them), carry no gradient, look at nothing after a
// sequence's length, and name sequence and frame when a number is NaN. It is an Error when every frame is a
// distribution: of probabilities, give log(p) or call beam_from_probs. The blank has no default.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

struct Options {
  /// The real frames of each sequence; empty: all.
  std::vector<int> lengths = {};
};

/// What a path, a class per frame, says: neighbours that are equal merged, then the blanks dropped.
std::vector<int> collapse(const std::vector<int>& path, int blank);

/// What the likeliest class of each frame says (best path decoding, Graves and others 2006). The likeliest path may say
/// something else than the likeliest labels, which many paths share: beam() finds those.
std::vector<std::vector<int>> greedy(const Tensor& scores, int blank, const Options& options = {});

}}}  // namespace tg::decode
