// says: the scores are not divided
#pragma once
#include <cmath>
#include <limits>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct Attended {
  Tensor y;
  Tensor weights;
};

struct CausalAttention {
  CausalAttention(int features, int head_count)
      : heads(head_count),
        query(tg::nn::glorot_uniform(features, features)),
        key(tg::nn::glorot_uniform(features, features)),
        value(tg::nn::glorot_uniform(features, features)),
        output(tg::nn::glorot_uniform(features, features)) {}
  Attended operator()(const Tensor& x, const std::vector<int>& lengths) const {
    const int items = x.dim(0), steps = x.dim(1), width = x.dim(2) / heads;
    const Tensor real = tg::sequence_mask(lengths, steps);
    const Tensor row = reshape(real, {items, 1, steps, 1});
    const Tensor clean = where(reshape(real, {items, steps, 1}), x, 0);
    const auto split = [&](const Tensor& weight) {
      return permute(reshape(matmul(clean, weight), {items, steps, heads, width}), {0, 2, 1, 3});
    };
    const Tensor step = reshape(tg::arange(steps), {steps, 1}), not_later = tg::arange(steps) <= step;

    const Tensor scores = matmul(split(query), transpose(split(key)));
    const double nothing = -std::numeric_limits<double>::infinity();
    const Tensor weights = where(row, softmax(where(not_later, scores, nothing), -1), 0);
    const Tensor sums = permute(matmul(weights, split(value)), {0, 2, 1, 3});
    return {matmul(reshape(sums, {items, steps, heads * width}), output), weights};
  }
  tg::nn::Parameters parameters() const {
    return {{"query", query}, {"key", key}, {"value", value}, {"output", output}};
  }

  int heads;
  Tensor query, key, value, output;
};

}
