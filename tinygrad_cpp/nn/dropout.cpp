#include "tinygrad_cpp/nn/dropout.hpp"

#include <algorithm>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace tg::inline TG_REAL_NAMESPACE::nn {

Dropout::Dropout(double drop_rate) : rate(drop_rate) {
  if (!(rate >= 0 && rate < 1)) fail("dropout", "rate is {}; 0 <= rate < 1 is needed", rate);
}

Tensor Dropout::operator()(const Tensor& x, Mode mode) const {
  const Shape& shape = x.shape();  // which an undefined tensor does not have, in either mode
  if (mode == Mode::eval || rate == 0) return x;
  Array factors(shape);
  const auto kept = static_cast<Real>(1 / (1 - rate));
  std::generate_n(factors.mutable_data(), factors.size(),
                  [&] { return random_stream().uniform() < rate ? Real(0) : kept; });
  return x * Tensor(std::move(factors));
}

}  // namespace tg::inline TG_REAL_NAMESPACE::nn
