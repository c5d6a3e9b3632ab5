#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The direction u = r / |r| of each vector along the last axis, [..,D] to [..,D], as one operation with a
// gradient rule of its own. Where r is 0, u is 0 and so is the gradient, whatever comes from above. (The
// lesson's own direction lets all of it through there.) Near 0, no digit of u may be lost.
//
//   record("my_direction", value, {r}, {[](auto& g, auto& y, auto in) { return ..; }})
//
// The value may be made by `map(r, length, [](Real v, Real n) { return ..; })`, on plain numbers that
// broadcast. The rule gets the gradient g of the result, the result y (here u), and in[0], which is r. It
// gives the gradient of r in Tensor operations, so that it can be differentiated again. Find it on paper:
// each coordinate of u depends on all those of r.
//
// Useful: norm(r, -1, tg::keepdim), sum(.., -1, tg::keepdim), where(condition, a, b), length > 0.

namespace exercise {

using tg::Real;
using tg::Tensor;

inline Tensor safe_direction(const Tensor& r) {
  not_done_yet("safe_direction", R"(lessons/04_sqrt_count_weights.cpp, "The direction of nothing")");
}

}  // namespace exercise
