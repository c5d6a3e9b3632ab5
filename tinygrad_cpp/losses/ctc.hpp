#pragma once
#include <vector>

#include "tinygrad_cpp/losses/options.hpp"

// Connectionist temporal classification (Graves and others 2006): how badly frames [B,T,C] say targets of which nobody knows
// when they are said. ops/fused_ctc.hpp has the formulas. Each sequence's labels are classes other than the blank, which has
// no default: Keras puts it last, PyTorch first.

namespace tg { inline namespace TG_REAL_NAMESPACE {

struct CTCOptions {
  /// The real frames of each sequence; empty: all. What is after them is not looked at, and its gradient is 0.
  std::vector<int> lengths = {};
  /// `mean` is over the sequences; target_length_mean divides each loss by its number of labels (at least 1) before.
  Reduction reduction = Reduction::mean;
  /// Takes infinite losses for 0, those of targets with too few frames among them, which are an Error otherwise.
  bool zero_infinity = false;
};

/// -ln of the probability that the frames say their labels, in nats, from raw scores: a softmax over the classes is taken
/// inside. Each frame of the gradient sums to 0. Error naming the sequence when it has too few frames for its labels
/// (U labels of which r equal the one before need U + r), or when a label is the blank or no class. Error too when every
/// frame is a distribution already: a second softmax would hardly learn, and not say so.
Tensor ctc_loss(const Tensor& scores, const std::vector<std::vector<int>>& labels, int blank,
                const CTCOptions& options = {});

/// The same from log-probabilities; each frame of the gradient sums to -1. Error when e to a frame's numbers does not add
/// up to 1 (to 1e-3).
Tensor ctc_loss_from_log_probs(const Tensor& log_probs, const std::vector<std::vector<int>>& labels,
                               int blank, const CTCOptions& options = {});

/// The same from probabilities. An exact 0 among them gets no gradient. Error when a frame does not add up to 1 (to 1e-3)
/// or one of its numbers is below 0.
Tensor ctc_loss_from_probs(const Tensor& probs, const std::vector<std::vector<int>>& labels, int blank,
                           const CTCOptions& options = {});

}}  // namespace tg
