#include "tinygrad_cpp/autograd/record.hpp"

#include <utility>

#include "tinygrad_cpp/autograd/anomaly.hpp"
#include "tinygrad_cpp/autograd/node.hpp"
#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {
namespace {

thread_local bool recording = true;

/// The result, still without history. It requires a gradient if one will flow through it.
Tensor make_result(const char* op, Array&& value, std::span<const TensorRef> inputs) {
  bool needed = false;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& input = inputs[i];
    if (!input.defined()) fail(op, "input {} is undefined: a default-constructed Tensor", i);
    needed = needed || input.node()->requires_grad;
    // A leaf can be assigned to, and its new values must not show in what was made from the old ones.
    if (input.node()->history == nullptr && input.node()->value.data() == value.data()) value = value.clone();
  }
  if (!value.defined()) fail(op, "its value is an Array() without values; give record() what was computed");
  if (looks_for_anomalies()) check_result(op, value, std::vector<Tensor>(inputs.begin(), inputs.end()));
  Tensor result(new Node(std::move(value)));
  result.node()->op = op;
  result.node()->requires_grad = recording && needed;
  return result;
}

Tensor record_joint(const char* op, Array&& value, std::span<const TensorRef> inputs, JointRule&& rule,
                    FastRule&& fast) {
  if (!rule)
    fail(op, "the joint rule is empty; it must give a gradient for each of {} inputs", inputs.size());
  Tensor result = make_result(op, std::move(value), inputs);
  if (result.requires_grad())
    result.node()->history = History::make(inputs, std::move(rule), std::move(fast));
  return result;
}

}  // namespace

bool is_recording() { return recording; }
bool set_recording(bool on) { return std::exchange(recording, on); }

Tensor record(const char* op, Array value, std::initializer_list<TensorRef> inputs,
              std::initializer_list<Rule> rules, FastRule fast) {
  if (rules.size() != inputs.size())
    fail(op, "{} rules for {} inputs; each input needs its own (Rule{{}} where no gradient flows)",
         rules.size(), inputs.size());
  Tensor result = make_result(op, std::move(value), inputs);
  if (result.requires_grad()) result.node()->history = History::make(inputs, rules, std::move(fast));
  return result;
}

Tensor record(const char* op, Array value, std::initializer_list<TensorRef> inputs, JointRule rule,
              FastRule fast) {
  return record_joint(op, std::move(value), inputs, std::move(rule), std::move(fast));
}

Tensor record(const char* op, Array value, Inputs inputs, JointRule rule, FastRule fast) {
  const std::vector<TensorRef> all(inputs.begin(), inputs.end());
  return record_joint(op, std::move(value), all, std::move(rule), std::move(fast));
}

}}  // namespace tg
