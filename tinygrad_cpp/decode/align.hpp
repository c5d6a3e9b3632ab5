#pragma once
#include <vector>

#include "tinygrad_cpp/decode/greedy.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

/// Where a label of the target is said.
struct Span {
  int label;
  int start, stop;  // its first frame, and one past its last
  double score;     // mean ln of the label's probability over them
};

struct Alignment {
  std::vector<int> path;    // a class per real frame; what it says is the target
  std::vector<Span> spans;  // of each label in turn
  double score;             // ln of the path's probability
};

/// The likeliest of all paths that say the targets (Viterbi 1967, on CTC's places). Raw scores, as in greedy.hpp. Error
/// naming the sequence when it has too few frames for its target, when all paths have probability 0, or as ctc_loss.
std::vector<Alignment> align(const Tensor& scores, const std::vector<std::vector<int>>& labels, int blank,
                             const Options& options = {});

}}}  // namespace tg::decode
