#pragma once
#include <vector>

#include "tinygrad_cpp/decode/greedy.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace decode {

/// The frames of one label of the target.
struct Span {
  int label;
  int start, stop;  // its first frame, and one past its last
  double score;     // mean over these frames of ln of the label's probability, in nats
};

struct Alignment {
  std::vector<int> path;    // a class per real frame; collapse() of it is the target
  std::vector<Span> spans;  // one per label, in order
  double score;             // ln of the path's probability, in nats
};

/// The most probable path that gives each target (Viterbi 1967, on CTC's states: blank, label, blank, ..
/// label, blank). Takes raw scores: see greedy.hpp. Error naming the sequence if it has too few frames for
/// its target or all paths have probability 0. The other errors are those of ctc_loss and greedy.
std::vector<Alignment> align(const Tensor& scores, const std::vector<std::vector<int>>& labels, int blank,
                             const Options& options = {});

}}}  // namespace tg::decode
