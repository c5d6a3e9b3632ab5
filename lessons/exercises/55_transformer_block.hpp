#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// A block of a transformer that writes, with layer norm in front of each part ("pre-norm"), as in GPT-2 and
// in PyTorch's TransformerEncoderLayer(norm_first=True), with one head. x [B,T,D] to [B,T,D]:
//
//   n = first(x),  y = x + out(attention(q(n), k(n), v(n))),  no place looks at a later one
//   m = second(y), result = y + down(relu(up(m)))
//
// The layers are made already. tg::attention and tg::causal_mask(T) do the attention. parameters() names all
// weights, so that an optimizer can train them.

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

  Tensor operator()(const Tensor& x) const {
    not_done_yet("Block::operator", R"(lessons/10_generation.cpp, "A small transformer")");
  }
  tg::nn::Parameters parameters() const {
    not_done_yet("Block::parameters", R"(lessons/10_generation.cpp, "A small transformer")");
  }

  tg::nn::LayerNorm first, second;
  tg::nn::Dense q, k, v, out, up, down;
};

}  // namespace exercise
