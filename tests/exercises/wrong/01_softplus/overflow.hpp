// says: let the exponent never be positive
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor softplus(const Tensor& x) {
  return record("my_softplus", map(x, [](Real v) { return std::log(1 + std::exp(v)); }), {x},
                {[](auto& g, auto& y, auto in) { return g * sigmoid(in[0]); }});
}

}  // namespace exercise
