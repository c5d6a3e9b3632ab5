#pragma once
#include "tinygrad_cpp/autograd/tensor.hpp"

// Where weights start. All draw from the random stream and give leaves that require a gradient.

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

/// Uniform in +-sqrt(6 / (in + out)) for a weight [in, out]: signals keep their variance on the way forward and back
/// (Glorot and Bengio 2010). Keras' default for Dense and for an LSTM's input weights.
Tensor glorot_uniform(int in, int out);

/// [rows, columns] with orthonormal rows, or columns where those are fewer (Saxe and others 2014): applied step after
/// step, it neither blows a state up nor lets it vanish. Keras' default for an LSTM's recurrent weights.
Tensor orthogonal(int rows, int columns);

/// Uniform in +-1 / sqrt(fan): PyTorch's default, with fan = in for a linear layer and fan = hidden for an LSTM.
Tensor fan_uniform(const Shape& shape, int fan);

}}}  // namespace tg::nn
