#pragma once
#include "tinygrad_cpp/nn/parameters.hpp"

// Activations as layers, for models that list their parts. The functions in ops/ do the same.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

/// 1 / (1 + e^-x) for each element: one unit gives the probability of class 1.
struct Sigmoid {
  Tensor operator()(const Tensor& x) const;
};

/// Probabilities over the last axis. Error when that axis has size 1, since a softmax over one unit is always 1 and learns
/// nothing: one unit wants Sigmoid.
struct Softmax {
  Tensor operator()(const Tensor& x) const;
};

/// x above 0, else slope x, with a trainable slope for each feature of the last axis, at first 0.25 as in the
/// paper (He and others 2015).
struct PReLU {
  explicit PReLU(int features, double initial_slope = 0.25);
  Tensor operator()(const Tensor& x) const;
  Parameters parameters() const { return {{"slope", slope}}; }

  Tensor slope;  // [features]
};

}}}  // namespace tg::nn
