#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

/// What a model is being used for: an argument, never a state that one can forget to set.
enum class Mode { train, eval };

/// Sets each element to 0 with probability `rate` while training, and divides the others by 1 - rate, so that the mean
/// stays and nothing needs scaling afterwards (inverted dropout; Srivastava and others 2014). Draws from the random stream.
struct Dropout {
  explicit Dropout(double drop_rate);
  Tensor operator()(const Tensor& x, Mode mode) const;

  double rate;
};

}}}  // namespace tg::nn
