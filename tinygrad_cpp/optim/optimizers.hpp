#pragma once
#include "tinygrad_cpp/nn/parameters.hpp"

// In rising complexity. Each step() moves every parameter that has a gradient, in place, and is an Error when none has;
// zero_grad() comes before the next backward(), which would add to the old gradients otherwise. Changing a weight between
// the forward pass and backward() is an Error there.

namespace tg::inline TG_REAL_NAMESPACE::optim {

/// What all optimizers hold: the parameters and the step size.
class Optimizer {
 public:
  Optimizer(nn::Parameters parameters, double lr);

  void zero_grad() const;
  double lr() const { return lr_; }
  void lr(double lr);

 protected:
  /// Error when no parameter has a gradient: a step would change nothing.
  void check_gradients() const;

  nn::Parameters parameters_;

 private:
  double lr_;
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
  explicit SGD(const nn::Parameters& parameters, SGDOptions options = {});
  void step();
  /// v by parameter: what a checkpoint must hold besides the weights.
  nn::Parameters state() const { return {{"v", v_}}; }

 private:
  SGDOptions options_;
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
  explicit RMSprop(const nn::Parameters& parameters, RMSpropOptions options = {});
  void step();
  /// v by parameter.
  nn::Parameters state() const { return {{"v", v_}}; }

 private:
  RMSpropOptions options_;
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
  explicit Adam(const nn::Parameters& parameters, AdamOptions options = {});
  void step();
  /// m and v by parameter, and the number of steps: what a checkpoint must hold besides the weights.
  nn::Parameters state() const { return {{"m", m_}, {"v", v_}, {"steps", steps_}}; }

 private:
  AdamOptions options_;
  nn::Parameters m_, v_;
  Tensor steps_;  // a number; a tensor, so that a checkpoint can hold it
};

/// Scales all gradients by one factor so that their common Euclidean length is at most `most` (Pascanu and others 2013), and
/// gives the length before. Error when that is not finite: the step would spoil every weight.
double clip_grad_norm(const nn::Parameters& parameters, double most);

}  // namespace tg::inline TG_REAL_NAMESPACE::optim
