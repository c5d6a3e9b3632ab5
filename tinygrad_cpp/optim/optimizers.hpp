#pragma once
#include "tinygrad_cpp/nn/parameters.hpp"

// In rising complexity. Each step() moves every parameter that has a gradient, in place; zero_grad() comes before the
// next backward(), which would add to the old gradients otherwise. Changing a weight between the forward pass and
// backward() is an Error there.

namespace tg::optim {

/// What all optimizers hold: the parameters and the step size.
class Optimizer {
 public:
  Optimizer(nn::Parameters parameters, double lr);

  void zero_grad() const;
  double lr() const { return lr_; }
  void lr(double lr);

 protected:
  nn::Parameters parameters_;

 private:
  double lr_;
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
  nn::Parameters state() const;

 private:
  AdamOptions options_;
  nn::Parameters m_, v_;
  Tensor steps_;  // a number; a tensor, so that a checkpoint can hold it
};

}  // namespace tg::optim
