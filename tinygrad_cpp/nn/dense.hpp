#pragma once
#include "tinygrad_cpp/nn/parameters.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

struct DenseOptions {
  bool bias = true;
};

/// x W + b on the last axis, at every step: [.., in] to [.., out] (Keras' TimeDistributed is not needed).
/// Weights start Glorot uniform, biases at 0.
struct Dense {
  Dense(int in, int out, DenseOptions options = {});
  Tensor operator()(const Tensor& x) const;
  Parameters parameters() const;

  Tensor weight;  // [in, out]
  Tensor bias;    // [out]; undefined without a bias
};

}}}  // namespace tg::nn
