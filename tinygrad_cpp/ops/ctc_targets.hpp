#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// What everything about CTC is given besides its frames [B,T,C], checked once.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The targets of a batch of sequences: what each one says, without saying when.
struct CTCTargets {
  Shape frames;                          // [B,T,C], the shape they were checked against
  std::vector<std::vector<int>> labels;  // of each sequence: classes, never the blank
  int blank;
  std::vector<int> lengths;  // the real frames of each sequence
};

/// Error naming `op` and the sequence unless the frames are [B,T,C] with a target each, its labels classes
/// other than the blank, and the lengths from 1 to T (none given: all are T).
CTCTargets ctc_targets(const char* op, const Tensor& frames, const std::vector<std::vector<int>>& labels,
                       int blank, const std::vector<int>& lengths);

/// The same without targets: the length of each sequence.
std::vector<int> ctc_lengths(const char* op, const Tensor& frames, int blank,
                             const std::vector<int>& lengths);

/// The fewest frames that can say the labels: one for each, and a blank between equal neighbours.
int frames_needed(const std::vector<int>& labels);

/// Error naming `op` and the sequence when one has fewer frames than its target needs.
void check_possible(const char* op, const CTCTargets& targets);

}}  // namespace tg
