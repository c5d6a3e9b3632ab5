#pragma once
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

// The arguments of CTC's loss and decoders besides the frames [B,T,C], checked in one place.

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The targets of a batch of sequences: labels without time alignment.
struct CTCTargets {
  Shape frames;                          // [B,T,C], the shape that they were checked for
  std::vector<std::vector<int>> labels;  // of each sequence: classes, never the blank
  int blank;
  std::vector<int> lengths;  // the real frames of each sequence
};

/// Makes the targets. Without lengths, all are T. Error that names `op` and the sequence unless the frames
/// are [B,T,C], each sequence has a target, labels are classes other than the blank, and lengths are from 1
/// to T.
CTCTargets ctc_targets(const char* op, const Tensor& frames, const std::vector<std::vector<int>>& labels,
                       int blank, const std::vector<int>& lengths);

/// The same without targets: the length of each sequence.
std::vector<int> ctc_lengths(const char* op, const Tensor& frames, int blank,
                             const std::vector<int>& lengths);

/// The smallest number of frames that can carry the labels: one for each label, and one blank between two
/// equal neighbours.
int frames_needed(const std::vector<int>& labels);

/// Error that names `op` and the sequence when a sequence has fewer frames than its target needs.
void check_possible(const char* op, const CTCTargets& targets);

}}  // namespace tg
