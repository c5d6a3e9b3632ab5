#include "tinygrad_cpp/losses/classification.hpp"

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/losses/selection.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"
#include "tinygrad_cpp/ops/softmax.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

/// Error unless all values satisfy `allowed`. The caller has replaced the values that the mask does not
/// select.
template <class Allowed>
void check_values(const char* loss, const char* what, const Tensor& values, const char* needed,
                  Allowed allowed) {
  for (Real value : values.values())
    if (!allowed(value)) fail(loss, "a {} is {}; {}", what, value, needed);
}

bool is_probability(Real value) { return value >= 0 && value <= 1; }

}  // namespace

Tensor cross_entropy(const Tensor& scores, const Indices& labels, const LossOptions& options) {
  const char* loss = "cross_entropy";
  if (scores.rank() < 1 || scores.shape().without(scores.rank() - 1) != labels.shape())
    fail(loss,
         "scores are {}, labels are {}; labels need the scores' shape without the last axis (class numbers, "
         "not one-hot)",
         scores.shape(), labels.shape());
  const int classes = scores.dim(-1);
  const Tensor mask = aligned(loss, "mask", options.mask, labels.shape());
  std::vector<int> ids(labels.values().begin(), labels.values().end());
  Tensor kept = scores;
  if (mask.defined()) {
    const Tensor wide = broadcast_to(mask, labels.shape());
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (wide.values()[i] == 0) ids[i] = 0;
    kept = where(reshape(wide, wide.shape().inserted(wide.rank(), 1)), scores, 0);
  }
  for (int id : ids)
    if (id < 0 || id >= classes)
      fail(loss, "label {} of {} classes; labels go from 0 to {}", id, classes, classes - 1);
  // log_softmax keeps the digits that a softmax and then a logarithm would lose. A fused op that also chooses
  // the label would save one pass over [.., C], but would need its own rule.
  const Tensor log_probability = log_softmax(kept);
  const Indices chosen(labels.shape().inserted(labels.rank(), 1), std::move(ids));
  return reduced(loss, -reshape(gather(log_probability, -1, chosen), labels.shape()), mask, options);
}

double accuracy(const Indices& predicted, const Indices& labels) {
  if (predicted.shape() != labels.shape())
    fail("accuracy", "shapes differ: predicted is {}, labels are {}; they must be equal", predicted.shape(),
         labels.shape());
  if (labels.size() == 0) fail("accuracy", "shape {} holds no label; at least one is needed", labels.shape());
  std::int64_t right = 0;
  for (std::size_t i = 0; i < labels.values().size(); ++i)
    right += predicted.values()[i] == labels.values()[i];
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

Tensor binary_cross_entropy(const Tensor& probability, const Tensor& target, const LossOptions& options) {
  const char* loss = "binary_cross_entropy";
  check_same_shape(loss, probability, target);
  const Tensor mask = aligned(loss, "mask", options.mask, probability.shape());
  const Tensor p = selected(probability, mask, 0.5), t = selected(target, mask, 0.5);
  check_values(loss, "probability", p,
               "it must be from 0 to 1. Raw scores go into binary_cross_entropy_with_logits", is_probability);
  check_values(loss, "target", t, "it must be from 0 to 1", is_probability);
  // 0 ln 0 counts as 0, so each logarithm is computed only where its factor is not 0.
  const Tensor yes = where(t > 0, t * log(where(t > 0, p, 1)), 0);
  const Tensor no = where(t < 1, (1 - t) * log(where(t < 1, 1 - p, 1)), 0);
  return reduced(loss, -(yes + no), mask, options);
}

Tensor binary_cross_entropy_with_logits(const Tensor& score, const Tensor& target,
                                        const LossOptions& options) {
  const char* loss = "binary_cross_entropy_with_logits";
  check_same_shape(loss, score, target);
  const Tensor mask = aligned(loss, "mask", options.mask, score.shape());
  const Tensor x = selected(score, mask, 0), t = selected(target, mask, 0);
  check_values(loss, "target", t, "it must be from 0 to 1", is_probability);
  // No fused rule is needed: softplus does not overflow, and the gradient of the loss is sigmoid(x) - t.
  return reduced(loss, softplus(x) - t * x, mask, options);
}

Tensor hinge_loss(const Tensor& score, const Tensor& label, const HingeOptions& options) {
  const char* loss = "hinge_loss";
  check_same_shape(loss, score, label);
  const Tensor mask = aligned(loss, "mask", options.mask, score.shape());
  const Tensor s = selected(score, mask, 0), y = selected(label, mask, 1);
  check_values(loss, "label", y, "labels are -1 and 1 (not 0 and 1)",
               [](Real value) { return value == -1 || value == 1; });
  return reduced(loss, relu(options.margin - y * s), mask,
                 {.reduction = options.reduction, .mask = options.mask, .weights = options.weights});
}

}}  // namespace tg
