// says: inside the rule the same holds
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor safe_direction(const Tensor& r) {
  const Tensor length = norm(r, -1, tg::keepdim);
  return record("my_direction", map(r, length, [](Real v, Real n) { return n > 0 ? v / n : 0; }), {r},
                {[](auto& g, auto& u, auto in) {
                  const Tensor size = sqrt(sum(in[0] * in[0], -1, tg::keepdim));
                  return where(size > 0, (g - u * sum(u * g, -1, tg::keepdim)) / size, 0);
                }});
}

}  // namespace exercise
