#pragma once
#include <functional>
#include <initializer_list>
#include <vector>

#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg::inline TG_REAL_NAMESPACE {

/// The gradient of one input, from the gradient g of the output y and the inputs, written in Tensor operations, so that
/// it can be differentiated again. A gradient with y's shape is summed down to the input's by the engine (broadcasting
/// undone); otherwise it must have the input's shape. A rule captures attributes (an axis, a flag) or plain Arrays,
/// never a Tensor: its inputs and output are handed to it.
using Rule = std::function<Tensor(const Tensor& g, const Tensor& y, Inputs in)>;

/// The gradients of all inputs at once, for operations whose gradients share work; undefined where an input needs none.
using JointRule = std::function<std::vector<Tensor>(const Tensor& g, const Tensor& y, Inputs in)>;

/// In a rule, and only while nothing is recorded: the array that accumulates input `i`'s gradient. The rule
/// adds its own gradient to it in place and returns an undefined Tensor. Null when nothing was added before:
/// the rule gives its gradient as usual. So a long sequence cut into T slices costs T small additions and not
/// T of full size, and a weight used at every step is not summed from as many arrays. `part` is the share of
/// the input's numbers that the rule will add to: 32 times all of them are added in float, then moved to
/// doubles.
Array* gradient_sum(std::size_t i, double part = 1);

/// In a rule, and only while nothing is recorded: leaves the product a^T g, of a [K,M] and g [K,N], to be added to the gradient of
/// input `i` [M,N] together with others like it; the rule then gives an undefined Tensor. So a large weight that is used
/// at every step has its gradient read and written once for many steps. False, and nothing is done, where that cannot gain
/// anything: for a small weight, or factors that are larger than their product; nor under AnomalyMode, which looks at each
/// product alone. Axes in front of the last count as K.
bool add_product_later(std::size_t i, const Array& a, const Array& g);

/// A tensor in a braced list, by reference: a list of Tensors would be one of copies.
class TensorRef {
 public:
  TensorRef(const Tensor& tensor) : tensor_(&tensor) {}
  operator const Tensor&() const { return *tensor_; }

 private:
  const Tensor* tensor_;
};

/// Makes the result of an operation: the only way to make a tensor with a history. `op` must outlive the program (a
/// string literal). A rule runs only when its input needs a gradient; an empty Rule{} says that none flows to it.
Tensor record(const char* op, Array value, std::initializer_list<TensorRef> inputs,
              std::initializer_list<Rule> rules);
Tensor record(const char* op, Array value, std::initializer_list<TensorRef> inputs, JointRule rule);
Tensor record(const char* op, Array value, Inputs inputs, JointRule rule);

/// Whether operations in this thread record their history; gives back what held before. Prefer NoGrad.
bool set_recording(bool on);

/// Whether operations in this thread record their history. A rule runs with it on only under create_graph.
bool is_recording();

/// While it lives, operations in this thread record no history.
class NoGrad {
 public:
  NoGrad() : before_(set_recording(false)) {}
  ~NoGrad() { set_recording(before_); }
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool before_;
};

/// While it lives, the first operation in this thread that makes a NaN or an infinity from finite inputs, on the way forward
/// or back, is an Error that names it. Reads every result once: for finding a fault, not for training.
class AnomalyMode {
 public:
  AnomalyMode();
  ~AnomalyMode();
  AnomalyMode(const AnomalyMode&) = delete;
  AnomalyMode& operator=(const AnomalyMode&) = delete;

 private:
  bool before_;
};

}  // namespace tg::inline TG_REAL_NAMESPACE
