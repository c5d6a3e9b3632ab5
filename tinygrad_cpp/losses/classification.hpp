#pragma once
#include "tinygrad_cpp/losses/options.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// -ln of the probability of the right class, in nats. Scores [.., C] are raw (logits): the loss computes the
/// softmax itself. Labels [..] are class indices, and the loss has their shape. Error if a selected label is
/// not from 0 to C - 1. Labels that the mask does not select are ignored.
Tensor cross_entropy(const Tensor& scores, const Indices& labels, const LossOptions& options = {});

/// The fraction of predicted classes that are right, from 0 to 1: accuracy(argmax(scores, -1), labels). Error
/// unless the shapes are equal and hold at least one label.
double accuracy(const Indices& predicted, const Indices& labels);

/// -(target ln p + (1 - target) ln(1 - p)) per element, in nats, from probabilities. Error if a selected p or
/// target is outside [0, 1]. The loss is infinite at p = 0 unless the target is 0, and at p = 1 unless the
/// target is 1. From raw scores (below) it is finite.
Tensor binary_cross_entropy(const Tensor& probability, const Tensor& target, const LossOptions& options = {});

/// The same from raw scores: softplus(score) - target * score. It is exact where sigmoid(score) would be
/// rounded to 1.
Tensor binary_cross_entropy_with_logits(const Tensor& score, const Tensor& target,
                                        const LossOptions& options = {});

struct HingeOptions {
  double margin = 1;
  Reduction reduction = Reduction::mean;
  Tensor mask = {};
  Tensor weights = {};
};

/// max(0, margin - label * score) per element, for labels -1 and 1. Error if a selected label is another
/// number.
Tensor hinge_loss(const Tensor& score, const Tensor& label, const HingeOptions& options = {});

}}  // namespace tg
