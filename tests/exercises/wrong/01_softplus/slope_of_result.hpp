// says: sigmoid of the result y, ln 2, would be 0.667
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor softplus(const Tensor& x) {
  return record("my_softplus",
                map(x, [](Real v) { return std::max(v, Real(0)) + std::log1p(std::exp(-std::abs(v))); }), {x},
                {[](auto& g, auto& y, auto in) { return g * sigmoid(y); }});
}

}  // namespace exercise
