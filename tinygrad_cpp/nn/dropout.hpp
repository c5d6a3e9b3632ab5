#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

/// What a model is used for. It is an argument of each call, because a stored mode is easily forgotten.
enum class Mode { train, eval };

/// In training, sets each element to 0 with probability `rate` and divides the others by 1 - rate. This keeps
/// the expected value, so evaluation needs no scaling (inverted dropout; Srivastava and others 2014). Draws
/// from the random stream. Error unless 0 <= rate < 1.
struct Dropout {
  explicit Dropout(double drop_rate);
  Tensor operator()(const Tensor& x, Mode mode) const;

  double rate;
};

}}}  // namespace tg::nn
