// says: it began in the padding
#pragma once
#include <algorithm>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct Read {
  Tensor sequence, state;
};

struct GRU {
  GRU(int in, int hidden)
      : weight_x(tg::nn::glorot_uniform(in, 3 * hidden)),
        weight_h(tg::nn::orthogonal(hidden, 3 * hidden)),
        bias_x(tg::zeros({3 * hidden}).requires_grad(true)),
        bias_h(tg::zeros({3 * hidden}).requires_grad(true)),
        start(tg::zeros({hidden}).requires_grad(true)) {}

  Tensor step(const Tensor& x, const Tensor& h) const {
    const int hidden = h.dim(1);
    const Tensor from_x = matmul(x, weight_x) + bias_x, from_h = matmul(h, weight_h) + bias_h;
    const auto part = [&](const Tensor& a, int k) { return tg::slice(a, 1, k * hidden, (k + 1) * hidden); };
    const Tensor r = sigmoid(part(from_x, 0) + part(from_h, 0));
    const Tensor z = sigmoid(part(from_x, 1) + part(from_h, 1));
    return (1 - z) * tanh(part(from_x, 2) + r * part(from_h, 2)) + z * h;
  }
  Read operator()(const Tensor& x, const std::vector<int>& lengths, bool reverse = false) const {
    const int items = x.dim(0), steps = x.dim(1);
    const Tensor mask = reshape(tg::sequence_mask(lengths, steps), {items, steps, 1});
    const Tensor clean = reverse ? tg::flip(x, 1) : where(mask, x, 0);
    Tensor h = broadcast_to(start, {items, start.dim(0)});
    std::vector<Tensor> rows;
    for (int i = 0; i < steps; ++i) {
      const int t = i;
      const Tensor real = select(mask, 1, t);
      h = reverse ? step(select(clean, 1, t), h) : where(real, step(select(clean, 1, t), h), h);
      rows.push_back(where(real, h, 0));
    }
    if (reverse) std::reverse(rows.begin(), rows.end());
    return {tg::stack(rows, 1), h};
  }
  tg::nn::Parameters parameters() const {
    return {{"weight_x", weight_x},
            {"weight_h", weight_h},
            {"bias_x", bias_x},
            {"bias_h", bias_h},
            {"start", start}};
  }

  Tensor weight_x, weight_h;
  Tensor bias_x, bias_h;
  Tensor start;
};

}
