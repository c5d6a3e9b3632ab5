#pragma once
#include "tinygrad_cpp/ops/ctc_targets.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// What the numbers of a frame are: raw scores, which a softmax over the classes turns into probabilities, or
/// logarithms of probabilities.
enum class CTCInput { scores, log_probs };

/// -ln of the probability that the frames say their targets, one number per sequence, [B], in nats. A path
/// takes one class per frame; it says what is left when neighbours that are equal are merged and blanks then
/// dropped. The probability is the sum over all paths that say the target (Graves and others 2006, equations
/// 14 to 16). With p the share of the paths' probability that goes through a class at a frame:
///   d/d log-probability = -p, whose frames sum to -1;  d/d score = softmax - p, whose frames sum to 0
/// What is after a sequence's length is not looked at. Where no path has any probability, the loss is
/// infinite and its gradient 0; in the float build that also holds for a loss above 3.6e8, whose probability
/// is too small for the exponent used here. Where a frame has no finite largest number, both are NaN. Error
/// when targets belong to another shape.
Tensor ctc(const Tensor& frames, const CTCTargets& targets, CTCInput input);

/// The same, written in ordinary operations: slower, and the definition that ctc is tested against. Gradients
/// of ctc's gradients are computed through it.
Tensor ctc_of_operations(const Tensor& frames, const CTCTargets& targets, CTCInput input);

}}  // namespace tg
