#pragma once
#include <functional>
#include <initializer_list>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The gradient of one input, from the gradient g of the output y and the inputs, written in Tensor
/// operations, so that it can be differentiated again. A gradient with y's shape is summed down to the
/// input's by the engine (broadcasting undone); otherwise it must have the input's shape. A rule captures
/// attributes (an axis, a flag) or plain Arrays, never a Tensor: its inputs and output are passed to it.
using Rule = std::function<Tensor(const Tensor& g, const Tensor& y, Inputs in)>;

/// The gradients of all inputs at once, for operations whose gradients share work; undefined where an input
/// needs none.
using JointRule = std::function<std::vector<Tensor>(const Tensor& g, const Tensor& y, Inputs in)>;

/// Only speed: gives the same gradients as the rules, without history, and adds them to `sums`. The engine
/// prefers it to the rules where nothing is recorded. See fast_rule.hpp.
class InputGradients;
using FastRule = std::function<void(InputGradients& sums, const Tensor& g, const Tensor& y, Inputs in)>;

/// A tensor in a braced list, by reference: a list of Tensors would be one of copies.
class TensorRef {
 public:
  TensorRef(const Tensor& tensor) : tensor_(&tensor) {}
  operator const Tensor&() const { return *tensor_; }

 private:
  const Tensor* tensor_;
};

/// Makes the result of an operation: the only way to make a tensor with a history. `op` must outlive the
/// program (a string literal). A rule runs only when its input needs a gradient; an empty Rule{} says that
/// none flows to it.
Tensor record(const char* op, Array value, std::initializer_list<TensorRef> inputs,
              std::initializer_list<Rule> rules, FastRule fast = {});
Tensor record(const char* op, Array value, std::initializer_list<TensorRef> inputs, JointRule rule,
              FastRule fast = {});
Tensor record(const char* op, Array value, Inputs inputs, JointRule rule, FastRule fast = {});

/// Whether operations in this thread record their history; gives back what held before. Prefer NoGrad.
bool set_recording(bool on);

/// Whether operations in this thread record their history. A rule runs with it on only under create_graph.
bool is_recording();

/// While it lives, operations in this thread record their history, or do not.
class Recording {
 public:
  explicit Recording(bool on) : before_(set_recording(on)) {}
  ~Recording() { set_recording(before_); }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

 private:
  bool before_;
};

/// While it lives, operations in this thread record no history.
class NoGrad : Recording {
 public:
  NoGrad() : Recording(false) {}
};

}}  // namespace tg
