#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// A loss with a margin that trains embeddings without pairs: the softmax with an additive margin (Wang and
// others 2018). Each of K speakers has a trained centre, and an embedding is classified by the angles to all
// of them. x is [B,C]; speakers has a number from 0 to K - 1 for each row.
//
//   cosine   [B,K]: the cosine of the angle between each row of x and each centre; 0 where a row is 0
//   z        scale (cosine - margin)     at the speaker's own centre
//            scale cosine                at all others
//   loss     the mean over the rows of -ln (softmax of z at the speaker's own centre), of shape []
//
// The margin makes the task harder on purpose: a row is not done when its own centre is the nearest, but when
// that is nearer than all others by the margin. Lengths of x and of centres do not matter. The gradient of x
// is finite where x is 0, too. Useful: norm(x, -1, tg::keepdim), where(condition, a, b), matmul, transpose,
// tg::one_hot(ids, K), log_softmax, sum.

namespace exercise {

using tg::Indices;
using tg::Tensor;

struct MarginSoftmax {
  MarginSoftmax(int features, int speakers) : centres(tg::randn({speakers, features}).requires_grad(true)) {}

  Tensor cosine(const Tensor& x) const {
    not_done_yet("MarginSoftmax::cosine",
                 R"(lessons/07_speaker_embeddings.cpp, "Triplet, prototypical and GE2E losses")");
  }
  Tensor operator()(const Tensor& x, const Indices& speakers) const {
    not_done_yet("MarginSoftmax::operator",
                 R"(lessons/07_speaker_embeddings.cpp, "Triplet, prototypical and GE2E losses")");
  }
  tg::nn::Parameters parameters() const {
    not_done_yet("MarginSoftmax::parameters",
                 R"(lessons/07_speaker_embeddings.cpp, "Triplet, prototypical and GE2E losses")");
  }

  Tensor centres;  // [K,C]
  double scale = 10, margin = 0.3;
};

}  // namespace exercise
