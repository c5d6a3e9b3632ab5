// says: at a tie both inputs get all of it
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor maximum(const Tensor& a, const Tensor& b) {
  return record("my_maximum", map(a, b, [](Real p, Real q) { return p > q ? p : q; }), {a, b},
                {[](auto& g, auto&, auto in) { return g * (in[0] >= in[1]); },
                 [](auto& g, auto&, auto in) { return g * (in[1] >= in[0]); }});
}

}  // namespace exercise
