#pragma once
#include <cmath>
#include <limits>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

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

  // Without the causal mask the answer to step t stands in step t + 1, and training would find it there. The
  // mask acts on scores, so each row of weights adds up to 1 over what it may see. Padded steps are asked
  // nothing and asked by nobody: their inputs are replaced before any arithmetic and their results after it.
  // Their rows of scores may look at themselves, since a softmax over nothing is not a number.
  Attended operator()(const Tensor& x, const std::vector<int>& lengths) const {
    const int items = x.dim(0), steps = x.dim(1), width = x.dim(2) / heads;
    const Tensor real = tg::sequence_mask(lengths, steps);  // [B,T]
    const Tensor row = reshape(real, {items, 1, steps, 1});
    const Tensor clean = where(reshape(real, {items, steps, 1}), x, 0);
    const auto split = [&](const Tensor& weight) {  // [B,heads,T,D/heads]
      return permute(reshape(matmul(clean, weight), {items, steps, heads, width}), {0, 2, 1, 3});
    };
    const Tensor step = reshape(tg::arange(steps), {steps, 1}),
                 not_later = tg::arange(steps) <= step;  // [T,T]

    const Tensor scores = matmul(split(query), transpose(split(key))) / std::sqrt(double(width));
    const double nothing = -std::numeric_limits<double>::infinity();
    // A real step comes before all padding, so that the causal mask keeps padded keys from real queries too.
    const Tensor weights = where(row, softmax(where(not_later, scores, nothing), -1), 0);
    const Tensor sums = permute(matmul(weights, split(value)), {0, 2, 1, 3});  // [B,T,heads,D/heads]
    return {matmul(reshape(sums, {items, steps, heads * width}), output), weights};
  }
  tg::nn::Parameters parameters() const {
    return {{"query", query}, {"key", key}, {"value", value}, {"output", output}};
  }

  int heads;
  Tensor query, key, value, output;  // Wq, Wk, Wv, Wo [D,D]
};

}  // namespace exercise
