#pragma once
#include "tinygrad_cpp/nn/parameters.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

/// A trainable vector for each of `count` ids: ids [..] to [.., width]. Starts uniform in +-0.05, as in
/// Keras. Error if an id is not from 0 to count - 1.
struct Embedding {
  Embedding(int count, int width);
  Tensor operator()(const Indices& ids) const;
  Parameters parameters() const { return {{"weight", weight}}; }

  Tensor weight;  // [count, width]
};

}}}  // namespace tg::nn
