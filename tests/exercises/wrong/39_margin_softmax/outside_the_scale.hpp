// says: the margin is part of the cosine
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Indices;
using tg::Tensor;
inline Tensor unit(const Tensor& x) {
  const Tensor length = norm(x, -1, tg::keepdim);
  return x / where(length > 0, length, 1);
}

struct MarginSoftmax {
  MarginSoftmax(int features, int speakers) : centres(tg::randn({speakers, features}).requires_grad(true)) {}

  Tensor cosine(const Tensor& x) const { return matmul(unit(x), transpose(unit(centres))); }
  Tensor operator()(const Tensor& x, const Indices& speakers) const {
    const Tensor own = tg::one_hot(speakers, centres.dim(0));
    return -mean(sum(own * log_softmax(scale * cosine(x) - margin * own), -1));
  }
  tg::nn::Parameters parameters() const { return {{"centres", centres}}; }

  Tensor centres;
  double scale = 10, margin = 0.3;
};

}
