#pragma once
#include "tinygrad_cpp/losses/options.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// -ln of the probability of the right class, in nats. Scores [.., C] are raw (a softmax is taken inside); labels [..] are
/// class numbers, and the loss has their shape. Error when a selected label is not from 0 to C - 1; what stands in the
/// labels under a mask is not looked at.
Tensor cross_entropy(const Tensor& scores, const Indices& labels, const LossOptions& options = {});

/// The share of predicted classes that are right, from 0 to 1: accuracy(argmax(scores, -1), labels). Error
/// unless the shapes are equal and hold at least one.
double accuracy(const Indices& predicted, const Indices& labels);

/// -(target ln p + (1 - target) ln(1 - p)) per element, in nats, from probabilities. Error when a selected p or target is
/// outside [0, 1]. At p = 0 or 1 on the wrong side the loss is infinite; raw scores keep it finite.
Tensor binary_cross_entropy(const Tensor& probability, const Tensor& target, const LossOptions& options = {});

/// The same from raw scores: softplus(score) - target score, which is exact where a sigmoid would have rounded to 1.
Tensor binary_cross_entropy_with_logits(const Tensor& score, const Tensor& target,
                                        const LossOptions& options = {});

struct HingeOptions {
  double margin = 1;
  Reduction reduction = Reduction::mean;
  Tensor mask = {};
  Tensor weights = {};
};

/// max(0, margin - label score) per element, for labels -1 and 1. Error for any other selected label.
Tensor hinge_loss(const Tensor& score, const Tensor& label, const HingeOptions& options = {});

}}  // namespace tg
