#pragma once
#include "tinygrad_cpp/ops/ctc_targets.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// What the frames hold: raw scores, which a softmax over the classes turns into probabilities, or
/// log-probabilities.
enum class CTCInput { scores, log_probs };

/// -ln p(target | frames) for each sequence, [B], in nats. A path takes one class per frame. To read a path,
/// merge equal neighbours, then drop the blanks. p(target) is the sum of the probabilities of all paths that
/// read as the target (Graves and others 2006, equations 3 and 14 to 16). Let s be the share of that sum that
/// goes through a class at a frame. Then:
///   d/d log-probability = -s, which sums to -1 over the classes of a frame
///   d/d score = softmax - s, which sums to 0
/// Frames after a sequence's length are not read. Where no path has any probability, the loss is infinite and
/// its gradient 0; in the float build this also holds for a loss above 3.6e8, because its probability is too
/// small for the exponent used here. If a frame's largest number is not finite, loss and gradient are NaN.
/// Error when the targets were made for another shape.
Tensor ctc(const Tensor& frames, const CTCTargets& targets, CTCInput input);

/// The reference implementation, made of ordinary operations: slower. ctc is tested against it, and gradients
/// that must be differentiated again are computed by it.
Tensor ctc_of_operations(const Tensor& frames, const CTCTargets& targets, CTCInput input);

}}  // namespace tg
