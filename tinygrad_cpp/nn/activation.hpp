#pragma once
#include "tinygrad_cpp/nn/parameters.hpp"

// Activations as layers, for models that list their layers. sigmoid() and softmax() in ops/ do the same as the first two.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

/// 1 / (1 + e^-x) for each element. One unit gives the probability of class 1.
struct Sigmoid {
  Tensor operator()(const Tensor& x) const;
};

/// Probabilities over the last axis. Error if that axis has size 1, because a softmax over one unit is always
/// 1 and learns nothing. Use Sigmoid for one unit.
struct Softmax {
  Tensor operator()(const Tensor& x) const;
};

/// x where x > 0, else slope x. Each feature of the last axis has a trainable slope. It starts at 0.25, as in
/// the paper (He and others 2015).
struct PReLU {
  explicit PReLU(int features, double initial_slope = 0.25);
  Tensor operator()(const Tensor& x) const;
  Parameters parameters() const { return {{"slope", slope}}; }

  Tensor slope;  // [features]
};

}}}  // namespace tg::nn
