#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Self-attention for a decoder: each step of a sequence x [B,T,D] asks the steps before it and itself, and
// never a later one, for that is what it must say. With several heads, each looks for something else (Vaswani
// and others 2017). Item b has lengths[b] real steps, at least one; padding may be NaN.
//
//   q = x Wq, k = x Wk, v = x Wv          [B,T,D]; each head has D / heads columns of each, in order
//   s_tu = q_t . k_u / sqrt(D / heads)    in each head, for real u <= t
//   a_t = softmax of s_t over these u     exactly 0 elsewhere; at a padded t all are 0
//   y = (the heads' sums of a_tu v_u, side by side) Wo     [B,T,D]; at a padded t exactly 0
//
// The result has y and the weights a, [B,heads,T,T]. D is a multiple of heads. Useful: reshape, matmul over
// batches, permute(x, {..}), transpose (of the last two axes), tg::sequence_mask(lengths, T), tg::arange(T),
// where, softmax(x, -1).

namespace exercise {

using tg::Tensor;

struct Attended {
  Tensor y;        // [B,T,D]
  Tensor weights;  // [B,heads,T,T]: how much step t (third axis) takes from step u (last axis)
};

struct CausalAttention {
  CausalAttention(int features, int head_count)
      : heads(head_count),
        query(tg::nn::glorot_uniform(features, features)),
        key(tg::nn::glorot_uniform(features, features)),
        value(tg::nn::glorot_uniform(features, features)),
        output(tg::nn::glorot_uniform(features, features)) {}

  Attended operator()(const Tensor& x, const std::vector<int>& lengths) const {
    not_done_yet("CausalAttention::operator", R"(lessons/05_padding_masks.cpp, "Attention")");
  }
  tg::nn::Parameters parameters() const {
    not_done_yet("CausalAttention::parameters", R"(lessons/05_padding_masks.cpp, "Attention")");
  }

  int heads;
  Tensor query, key, value, output;  // Wq, Wk, Wv, Wo [D,D]
};

}  // namespace exercise
