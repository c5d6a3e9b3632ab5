#include "tinygrad_cpp/nn/dropout.hpp"

#include <algorithm>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace nn {

Dropout::Dropout(double drop_rate) : rate(drop_rate) {
  if (!(rate >= 0 && rate < 1)) fail("dropout", "rate is {}; 0 <= rate < 1 is needed", rate);
}

Tensor Dropout::operator()(const Tensor& x, Mode mode) const {
  const Shape& shape = x.shape();  // an Error if x is undefined, in both modes
  if (mode == Mode::eval || rate == 0) return x;
  Array kept(shape);
  std::generate_n(kept.mutable_data(), kept.size(), [&] { return Real(random_stream().uniform() >= rate); });
  return where(Tensor(std::move(kept)), x * (1 / (1 - rate)), 0);
}

}}}  // namespace tg::nn
