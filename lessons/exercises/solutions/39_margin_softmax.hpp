#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Indices;
using tg::Tensor;

// Rows of length 1. The divisor is chosen before the division: a where after it would leave 0 / 0 in the
// gradient.
inline Tensor unit(const Tensor& x) {
  const Tensor length = norm(x, -1, tg::keepdim);
  return x / where(length > 0, length, 1);
}

struct MarginSoftmax {
  MarginSoftmax(int features, int speakers) : centres(tg::randn({speakers, features}).requires_grad(true)) {}

  Tensor cosine(const Tensor& x) const { return matmul(unit(x), transpose(unit(centres))); }

  // The margin is taken from the own cosine alone; from all of them it would cancel in the softmax. The
  // scale comes last, since cosines lie between -1 and 1, and a softmax of such numbers cannot become sure.
  Tensor operator()(const Tensor& x, const Indices& speakers) const {
    const Tensor own = tg::one_hot(speakers, centres.dim(0));  // [B,K]
    return -mean(sum(own * log_softmax(scale * (cosine(x) - margin * own)), -1));
  }
  tg::nn::Parameters parameters() const { return {{"centres", centres}}; }

  Tensor centres;  // [K,C]
  double scale = 10, margin = 0.3;
};

}  // namespace exercise
