#pragma once
#include <vector>

#include "tinygrad_cpp/losses/options.hpp"

// Connectionist temporal classification (CTC; Graves and others 2006): a loss for frames [B,T,C] and targets
// without time alignment. ops/fused_ctc.hpp has the formulas. A sequence's labels are classes other than the
// blank. The blank has no default: it is the last class in Keras'
// ctc_batch_cost, and class 0 in keras.losses.CTC and by default in PyTorch.

namespace tg { inline namespace TG_REAL_NAMESPACE {

struct CTCOptions {
  /// The number of real frames of each sequence. Empty: all frames are real. Frames after them are ignored,
  /// and their gradient is 0.
  std::vector<int> lengths = {};
  /// `mean` is the mean over the sequences. target_length_mean first divides each loss by its number of
  /// labels (at least 1).
  Reduction reduction = Reduction::mean;
  /// Replaces infinite losses by 0. A target with too few frames has loss 0 too; without this
  /// option it is an Error.
  bool zero_infinity = false;
};

/// -ln of the probability that the frames give their labels, in nats, from raw scores: the loss computes the
/// softmax over the classes itself. Each frame of the gradient sums to 0. Error naming the sequence if it has
/// too few frames for its labels (U labels, of which r equal the label before, need U + r frames), or if a
/// label is the blank or not a class. Error if every frame is a distribution: with a second softmax a network
/// would hardly learn.
Tensor ctc_loss(const Tensor& scores, const std::vector<std::vector<int>>& labels, int blank,
                const CTCOptions& options = {});

/// The same from log-probabilities. Before the reduction, each frame of the gradient sums to -1. Error if the
/// probabilities e^x of a frame do not sum to 1 (to 1e-3).
Tensor ctc_loss_from_log_probs(const Tensor& log_probs, const std::vector<std::vector<int>>& labels,
                               int blank, const CTCOptions& options = {});

/// The same from probabilities. A probability of exactly 0 gets no gradient. Error if a frame does not sum to
/// 1 (to 1e-3) or has a negative number.
Tensor ctc_loss_from_probs(const Tensor& probs, const std::vector<std::vector<int>>& labels, int blank,
                           const CTCOptions& options = {});

}}  // namespace tg
