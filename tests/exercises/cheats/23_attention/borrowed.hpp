// says: tg::attention is what this exercise is about
#pragma once
#include <limits>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

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
    const int items = k.dim(0), steps = k.dim(1);
    const Tensor mask = tg::sequence_mask(lengths, steps);
    const Tensor states = where(reshape(mask, {items, steps, 1}), k, 0);
    const Tensor question = reshape(matmul(q, query_weight), {items, 1, -1});
    const Tensor scores = matmul(tanh(question + matmul(states, state_weight)), v);  // [B,T,1]
    // A query of 1, whose product with the score of a step is that score.
    const Tensor one = tg::ones({items, 1, 1}), each = tg::arange(steps);
    const auto mixture = [&](const Tensor& values) {
      return reshape(tg::attention(one, scores, values, {.mask = reshape(mask, {items, 1, steps})}),
                     {items, -1});
    };
    const Tensor identity = reshape(each, {steps, 1}) == each;
    return {mixture(states), mixture(broadcast_to(identity, {items, steps, steps}))};
  }

  tg::nn::Parameters parameters() const {
    return {{"query_weight", query_weight}, {"state_weight", state_weight}, {"v", v}};
  }
};

}  // namespace exercise
