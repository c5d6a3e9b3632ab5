#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

// dL/dr = (g - u (u . g)) / |r|: making r longer or shorter does not turn it, so the part of g along u has no
// effect, and the longer r is, the less the rest turns it. Where r is 0, the divisor is chosen before the
// division and the result after it: the first keeps infinities out of the rule's own gradient, the second
// makes it 0.
inline Tensor safe_direction(const Tensor& r) {
  const Tensor length = norm(r, -1, tg::keepdim);
  return record("my_direction", map(r, length, [](Real v, Real n) { return n > 0 ? v / n : 0; }), {r},
                {[](auto& g, auto& u, auto in) {
                  const Tensor size = norm(in[0], -1, tg::keepdim);
                  const Tensor across = g - u * sum(u * g, -1, tg::keepdim);
                  return where(size > 0, across / where(size > 0, size, 1), 0);
                }});
}

}  // namespace exercise
