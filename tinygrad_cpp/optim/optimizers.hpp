#pragma once
#include "tinygrad_cpp/nn/parameters.hpp"

// In rising complexity. Each step() moves every parameter that has a gradient, in place, and is an Error when none has;
// zero_grad() comes before the next backward(), which would add to the old gradients otherwise. Changing a weight between
// the forward pass and backward() is an Error there.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace optim {

/// Parameters with options of their own. No decay on biases:
///   const auto is_bias = [](const std::string& name) { return name.ends_with("bias"); };
///   optim::Adam adam({{all.filter(is_bias), {}}, {all.filter(std::not_fn(is_bias)), {.weight_decay =
/// 0.01}}});
template <class Options>
struct Group {
  nn::Parameters parameters;
  Options options = {};
};

/// What all optimizers hold: the parameters and the step size.
class Optimizer {
 public:
  void zero_grad() const;
  /// The step size of the first group. Those of the others keep their ratio to it when it is set.
  double lr() const { return lr_; }
  void lr(double lr);

 protected:
  template <class Options>
  explicit Optimizer(const std::vector<Group<Options>>& groups) {
    for (const Group<Options>& group : groups) add(group.parameters, group.options.lr);
    check_parameters();
  }
  /// Error when no parameter has a gradient: a step would change nothing.
  void check_gradients() const;
  double lr_of(std::size_t group) const { return lr_ * ratios_[group]; }

  nn::Parameters parameters_;
  std::vector<std::size_t> group_of_;  // of each parameter

 private:
  void add(const nn::Parameters& parameters, double lr);
  void check_parameters() const;

  double lr_ = 0;
  std::vector<double> ratios_;  // of each group's step size to the first one's
};

struct SGDOptions {
  double lr = 1e-2;
  double momentum = 0;
  double weight_decay = 0;
};

/// w -= lr v, where v = momentum v + g is a running sum of gradients: without momentum, plain gradient descent
/// (Robbins and Monro 1951; momentum: Polyak 1964, as PyTorch writes it). weight_decay w is added to g.
class SGD : public Optimizer {
 public:
  explicit SGD(const nn::Parameters& parameters, SGDOptions options = {}) : SGD({{parameters, options}}) {}
  explicit SGD(const std::vector<Group<SGDOptions>>& groups);
  void step();
  /// v by parameter: what a checkpoint must hold besides the weights.
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

/// Each weight's step is divided by the running root mean square of its own gradient (Hinton, lecture 6e, 2012):
///   v = alpha v + (1 - alpha) g^2,   w -= lr g / (sqrt(v) + epsilon)
class RMSprop : public Optimizer {
 public:
  explicit RMSprop(const nn::Parameters& parameters, RMSpropOptions options = {})
      : RMSprop({{parameters, options}}) {}
  explicit RMSprop(const std::vector<Group<RMSpropOptions>>& groups);
  void step();
  /// v by parameter.
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

/// Steps of about lr whatever the gradient's size: m and v are running means of g and g^2, corrected for their start at 0,
///   w -= lr m / (sqrt(v) + epsilon)                         (Kingma and Ba 2015, algorithm 1)
/// and, apart from that, w -= lr weight_decay w              (Loshchilov and Hutter 2019; Keras' weight_decay, PyTorch's AdamW).
class Adam : public Optimizer {
 public:
  explicit Adam(const nn::Parameters& parameters, AdamOptions options = {}) : Adam({{parameters, options}}) {}
  explicit Adam(const std::vector<Group<AdamOptions>>& groups);
  void step();
  /// m, v and the number of steps, each by parameter: what a checkpoint must hold besides the weights.
  nn::Parameters state() const { return {{"m", m_}, {"v", v_}, {"steps", steps_}}; }

 private:
  std::vector<Group<AdamOptions>> groups_;
  nn::Parameters m_, v_;
  nn::Parameters steps_;  // a number for each parameter, which begins when its first gradient comes
};

/// Scales all gradients by one factor so that their common Euclidean length is at most `max_norm` (Pascanu and others 2013), and
/// gives the length before. A tensor that is listed twice counts once. Error when the length is not finite:
/// the step would spoil every weight.
double clip_grad_norm(const nn::Parameters& parameters, double max_norm);

}}}  // namespace tg::optim
