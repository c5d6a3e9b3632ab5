#include "tinygrad_cpp/ops/ctc_targets.hpp"

#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

std::vector<int> ctc_lengths(const char* op, const Tensor& frames, int blank,
                             const std::vector<int>& lengths) {
  if (frames.rank() != 3 || frames.dim(1) == 0)
    fail(op, "the input has shape {}; [B,T,C] is needed: batch, at least one frame, classes", frames.shape());
  const int batch = frames.dim(0), steps = frames.dim(1), classes = frames.dim(2);
  if (blank < 0 || blank >= classes)
    fail(op, "the blank is {}; the input has the classes 0 to {}", blank, classes - 1);
  if (lengths.empty()) return std::vector<int>(static_cast<std::size_t>(batch), steps);
  if (static_cast<int>(lengths.size()) != batch)
    fail(op, "{} lengths for a batch of {}; one per sequence is needed", lengths.size(), batch);
  for (std::size_t item = 0; item < lengths.size(); ++item)
    if (lengths[item] < 1 || lengths[item] > steps)
      fail(op, "sequence {} has length {}; lengths go from 1 to the {} frames of the input", item,
           lengths[item], steps);
  return lengths;
}

CTCTargets ctc_targets(const char* op, const Tensor& frames, const std::vector<std::vector<int>>& labels,
                       int blank, const std::vector<int>& lengths) {
  CTCTargets targets{frames.shape(), labels, blank, ctc_lengths(op, frames, blank, lengths)};
  const int batch = frames.dim(0), classes = frames.dim(2);
  if (static_cast<int>(labels.size()) != batch)
    fail(op, "{} targets for a batch of {}; one per sequence is needed", labels.size(), batch);
  for (std::size_t item = 0; item < labels.size(); ++item)
    for (std::size_t i = 0; i < labels[item].size(); ++i) {
      const int label = labels[item][i];
      if (label == blank)
        fail(
            op,
            "sequence {}: label {} at position {} is the blank; a target holds labels only. Is the blank the "
            "right class?",
            item, label, i);
      if (label < 0 || label >= classes)
        fail(op, "sequence {}: label {} at position {}; labels go from 0 to {}, the blank {} left out", item,
             label, i, classes - 1, blank);
    }
  return targets;
}

namespace {

int repeats(const std::vector<int>& labels) {
  int count = 0;
  for (std::size_t i = 1; i < labels.size(); ++i) count += labels[i] == labels[i - 1];
  return count;
}

}  // namespace

int frames_needed(const std::vector<int>& labels) {
  return static_cast<int>(labels.size()) + repeats(labels);
}

void check_possible(const char* op, const CTCTargets& targets) {
  for (std::size_t item = 0; item < targets.labels.size(); ++item) {
    const std::vector<int>& labels = targets.labels[item];
    if (frames_needed(labels) > targets.lengths[item])
      fail(op, "sequence {}: {} frames cannot carry {} labels with {} repeats, at least {} are needed", item,
           targets.lengths[item], labels.size(), repeats(labels), frames_needed(labels));
  }
}

}}  // namespace tg
