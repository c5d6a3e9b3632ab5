#pragma once
#include "tinygrad_cpp/nn/parameters.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

struct DenseOptions {
  bool bias = true;
};

/// x W + b on the last axis: [.., in] to [.., out]. It applies to every step of a sequence, as Keras'
/// TimeDistributed(Dense) does. Weights start Glorot uniform, biases at 0.
struct Dense {
  Dense(int in, int out, DenseOptions options = {});
  Tensor operator()(const Tensor& x) const;
  Parameters parameters() const;

  Tensor weight;  // [in, out]
  Tensor bias;    // [out]; undefined without a bias
};

}}}  // namespace tg::nn
