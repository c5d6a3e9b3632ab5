// says: another draw was made for the gradient
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;
using tg::nn::Mode;

inline Tensor dropout(const Tensor& x, double rate, Mode mode) {
  if (mode == Mode::eval) return x;
  const auto disturb = [rate](tg::Real v) {
    return tg::random_stream().uniform() < rate ? 0 : v / (1 - rate);
  };
  return record("my_dropout", map(x, disturb), {x},
                {[disturb](auto& g, auto&, auto) { return Tensor(map(g, disturb)); }});
}

}  // namespace exercise
