#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Additive attention, for the spelling corrector: at each of its steps the decoder asks all places of the typo a question,
// and gets a mixture of what stands there. The query q [B,Q] is what the decoder shows, its h; the states k [B,T,H] are
// what the encoder has shown at each step of the typo; of item b only the first lengths[b] steps, at least one, are real.
//
//   score of step t    s_t = v . tanh(q W + k_t U)       one number
//   weight of step t   a_t = e^{s_t} / sum of e^{s_j}    over the item's real steps j; at padding exactly 0
//   context            c = sum of a_t k_t                [B,H]
//
// Padding may hold anything, also NaN; "What stands under the mask?" in the lesson tells what that does to gradients.
// Write operator(); the rest is given. Useful: k.dim(0) is B, k.dim(1) is T; tg::sequence_mask(lengths, T) is [B,T];
// reshape(x, {B, 1, -1}) adds an axis, so that + and * repeat it; matmul of [B,T,A] and [A,1]; where(condition, a, b);
// softmax(x, axis); sum(x, axis).

namespace exercise {

using tg::Tensor;

struct Attended {
  Tensor context;  // [B,H]
  Tensor weights;  // [B,T]
};

struct Attention {
  Tensor query_weight;  // W [Q,A]
  Tensor state_weight;  // U [H,A]
  Tensor v;             // [A,1]

  Attention(int query, int hidden, int width)
      : query_weight(tg::nn::Dense(query, width).weight),
        state_weight(tg::nn::Dense(hidden, width).weight),
        v(tg::nn::Dense(width, 1).weight) {}

  Attended operator()(const Tensor& q, const Tensor& k, const std::vector<int>& lengths) const {
    not_done_yet("Attention::operator()", R"(lessons/05_padding_masks.cpp, "Attention")");
  }

  tg::nn::Parameters parameters() const {
    return {{"query_weight", query_weight}, {"state_weight", state_weight}, {"v", v}};
  }
};

}  // namespace exercise
