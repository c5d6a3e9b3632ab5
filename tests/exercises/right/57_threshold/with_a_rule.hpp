#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor threshold(const Tensor& z, double width) {
  return record("threshold", map(z, [](Real a) { return a > 0 ? Real{1} : Real{0}; }), {z},
                {[width](auto& g, auto&, auto in) { return g * (abs(in[0]) <= width) / (2 * width); }});
}

}  // namespace exercise
