#pragma once
#include <functional>
#include <initializer_list>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE {

/// The gradient of one input (its vector-Jacobian product), computed from the gradient g of the output y and
/// from the inputs. Written in Tensor operations, so that it can be differentiated again. A gradient with y's
/// shape is summed down to the input's by the engine (broadcasting undone); otherwise it must have the
/// input's shape. A rule captures attributes (an axis, a flag) or plain Arrays, never a Tensor: it receives
/// its inputs and output as arguments.
using Rule = std::function<Tensor(const Tensor& g, const Tensor& y, Inputs in)>;

/// The gradients of all inputs at once, for operations whose gradients share work. An input that needs no
/// gradient may get an undefined Tensor.
using JointRule = std::function<std::vector<Tensor>(const Tensor& g, const Tensor& y, Inputs in)>;

class InputGradients;

/// Only speed: computes the same gradients as the rules, without history, and adds them to `to`. The engine
/// runs it instead of the rules when nothing is recorded. See fast_rule.hpp.

using FastRule = std::function<void(InputGradients& to, const Tensor& g, const Tensor& y, Inputs in)>;

/// A reference to a tensor in a braced list: a list of Tensors would copy them.
class TensorRef {
 public:
  TensorRef(const Tensor& tensor) : tensor_(&tensor) {}
  operator const Tensor&() const { return *tensor_; }

 private:
  const Tensor* tensor_;
};

/// Makes the result of an operation. Only record() makes tensors with a history. `op` must be a string
/// literal. A rule runs only when its input needs a gradient; an empty Rule{} means that no gradient flows to
/// that input. Error when the value or an input is undefined, or there is not one rule for each input.
Tensor record(const char* op, Array value, std::initializer_list<TensorRef> inputs,
              std::initializer_list<Rule> rules, FastRule fast = {});
Tensor record(const char* op, Array value, std::initializer_list<TensorRef> inputs, JointRule rule,
              FastRule fast = {});
Tensor record(const char* op, Array value, Inputs inputs, JointRule rule, FastRule fast = {});

/// Turns recording in this thread on or off. Returns the old setting. Prefer NoGrad.
bool set_recording(bool on);

/// Whether operations in this thread record their history. Rules run with recording off, unless grad() was
/// called with create_graph.
bool is_recording();

/// Sets recording in this thread. The destructor restores the old setting.
class Recording {
 public:
  explicit Recording(bool on) : before_(set_recording(on)) {}
  ~Recording() { set_recording(before_); }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

 private:
  bool before_;
};

/// Turns recording in this thread off. The destructor restores the old setting.
class NoGrad : Recording {
 public:
  NoGrad() : Recording(false) {}
};

}}  // namespace tg
