#pragma once
#include "tinygrad_cpp/nn/parameters.hpp"

// The optimizers are in order of complexity. step() changes every parameter that has a gradient, in place.
// Error if none has one. Call zero_grad() before the next backward(), because backward() adds to the old
// gradients. If a weight is changed between the forward pass and backward(), backward() is an Error.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace optim {

/// Parameters with their own options. For example, weight decay for all parameters but biases:
///   const auto is_bias = [](const std::string& name) { return name.ends_with("bias"); };
///   optim::Adam adam({{all.filter(is_bias), {}},
///                     {all.filter(std::not_fn(is_bias)), {.weight_decay = 0.01}}});
template <class Options>
struct Group {
  nn::Parameters parameters;
  Options options = {};
};

/// Shared by all optimizers: the parameters and the learning rates.
class Optimizer {
 public:
  void zero_grad() const;
  /// The learning rate of the first group. If it is set, the other groups' rates keep their ratio to it.
  double lr() const { return lr_; }
  void lr(double lr);

 protected:
  template <class Options>
  explicit Optimizer(const std::vector<Group<Options>>& groups) {
    for (const Group<Options>& group : groups) add(group.parameters, group.options.lr);
    check_parameters();
  }
  /// Error if no parameter has a gradient: a step would change nothing.
  void check_gradients() const;
  double lr_of(std::size_t group) const { return lr_ * ratios_[group]; }

  nn::Parameters parameters_;
  std::vector<std::size_t> group_of_;  // the group of each parameter

 private:
  void add(const nn::Parameters& parameters, double lr);
  void check_parameters() const;

  double lr_ = 0;
  std::vector<double> ratios_;  // each group's learning rate divided by the first group's
};

struct SGDOptions {
  double lr = 1e-2;
  double momentum = 0;
  double weight_decay = 0;
};

/// w -= lr v, where v = momentum v + g is a running sum of gradients. Without momentum this is gradient
/// descent (Robbins and Monro 1951; momentum: Polyak 1964, in PyTorch's form). Weight decay adds weight_decay
/// w to g.
class SGD : public Optimizer {
 public:
  explicit SGD(const nn::Parameters& parameters, SGDOptions options = {}) : SGD({{parameters, options}}) {}
  explicit SGD(const std::vector<Group<SGDOptions>>& groups);
  void step();
  /// v of each parameter. A checkpoint needs it besides the weights.
  nn::Parameters state() const { return {{"v", v_}}; }

 private:
  std::vector<Group<SGDOptions>> groups_;
  nn::Parameters v_;
};

struct RMSpropOptions {
  double lr = 1e-2;
  double alpha = 0.99;
  double epsilon = 1e-8;
};

/// Divides each weight's step by the running root mean square of its gradient (Hinton, lecture 6e, 2012):
///   v = alpha v + (1 - alpha) g^2,   w -= lr g / (sqrt(v) + epsilon)
class RMSprop : public Optimizer {
 public:
  explicit RMSprop(const nn::Parameters& parameters, RMSpropOptions options = {})
      : RMSprop({{parameters, options}}) {}
  explicit RMSprop(const std::vector<Group<RMSpropOptions>>& groups);
  void step();
  /// v of each parameter. A checkpoint needs it besides the weights.
  nn::Parameters state() const { return {{"v", v_}}; }

 private:
  std::vector<Group<RMSpropOptions>> groups_;
  nn::Parameters v_;
};

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;
};

/// A step has about size lr, whatever the size of the gradient (Kingma and Ba 2015, algorithm 1):
///   w -= lr m / (sqrt(v) + epsilon)
/// m and v are running means, m = beta1 m + (1 - beta1) g and v = beta2 v + (1 - beta2) g^2. Since they start
/// at 0, step t uses m / (1 - beta1^t) and v / (1 - beta2^t). Weight decay is separate from the gradient
/// (Loshchilov and Hutter 2019; as Keras' weight_decay and PyTorch's AdamW):
///   w -= lr weight_decay w
class Adam : public Optimizer {
 public:
  explicit Adam(const nn::Parameters& parameters, AdamOptions options = {}) : Adam({{parameters, options}}) {}
  explicit Adam(const std::vector<Group<AdamOptions>>& groups);
  void step();
  /// m, v and the number of steps of each parameter. A checkpoint needs them besides the weights.
  nn::Parameters state() const { return {{"m", m_}, {"v", v_}, {"steps", steps_}}; }

 private:
  std::vector<Group<AdamOptions>> groups_;
  nn::Parameters m_, v_;
  nn::Parameters steps_;  // of each parameter, counted from its first gradient
};

/// Scales all gradients by one factor, so that their joint Euclidean norm is at most `max_norm` (Pascanu and
/// others 2013). Returns the norm before scaling. A tensor that is listed twice counts once. Error if the
/// norm is not finite, because a step would destroy all weights.
double clip_grad_norm(const nn::Parameters& parameters, double max_norm);

}}}  // namespace tg::optim
