#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"

// Initial weights. All functions draw from the random stream and return leaves that require a gradient.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

/// Uniform in +-sqrt(6 / (in + out)) for a weight [in, out]. Signals keep their variance in the forward and
/// the backward pass (Glorot and Bengio 2010). Keras' default for Dense and for an LSTM's input weights.
Tensor glorot_uniform(int in, int out);

/// [rows, columns] with orthonormal rows, or with orthonormal columns if there are fewer columns (Saxe and
/// others 2014). If the matrix is square, a state that is multiplied by it at every step keeps
/// its norm. Keras' default
/// for an LSTM's recurrent weights.
Tensor orthogonal(int rows, int columns);

/// Uniform in +-1 / sqrt(fan). PyTorch's default: fan = in for a linear layer, fan = hidden for an LSTM.
Tensor fan_uniform(const Shape& shape, int fan);

}}}  // namespace tg::nn
