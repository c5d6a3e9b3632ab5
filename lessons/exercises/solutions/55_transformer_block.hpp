#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct Block {
  Block(int width, int hidden)
      : first(width),
        second(width),
        q(width, width),
        k(width, width),
        v(width, width),
        out(width, width),
        up(width, hidden),
        down(hidden, width) {}

  // Each part gets a normalised input, and its result is added to what was not normalised: a straight way
  // from the first block to the last, for values and for gradients.
  Tensor operator()(const Tensor& x) const {
    const Tensor n = first(x);
    const Tensor seen = tg::attention(q(n), k(n), v(n), {.mask = tg::causal_mask(x.dim(1))});
    const Tensor y = x + out(seen);
    const Tensor m = second(y);
    return y + down(tg::relu(up(m)));
  }
  tg::nn::Parameters parameters() const {
    return {{"first", first}, {"second", second}, {"q", q},   {"k", k},
            {"v", v},         {"out", out},       {"up", up}, {"down", down}};
  }

  tg::nn::LayerNorm first, second;
  tg::nn::Dense q, k, v, out, up, down;
};

}  // namespace exercise
