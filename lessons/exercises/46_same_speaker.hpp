#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The quiz of lesson 7: from pairs of embeddings to a verdict. a and b are raw scores of B pairs, [B,C].
// `same` is 1 for a pair of one speaker and 0 for two, and comes as [B] or as [B,1], as it comes in practice.
//
//   distance         [B]: KL(p || q) + KL(q || p) in nats, with p and q the softmax of a row of a and of b.
//                    Finite, with a gradient, for scores that are 1000 apart
//   pair_loss        []: the mean over the pairs of d for one speaker, and of max(0, margin - d) for two
//   errors           of a threshold: the mean of two shares, that of the same pairs above it, and that of the
//                    others at or below it. So 0.5 is guessing, however many pairs there are of each
//   best_threshold   the one with the fewest such errors, of those halfway between two neighbouring distances
//                    that occur (at least two do); of equally good ones the lowest
//
// Distances for the last two are [B], and there is a pair of each kind. Useful: log_softmax, exp, relu,
// reshape(x, {-1}), x.values() of a Tensor with a name.

namespace exercise {

using tg::Tensor;

inline Tensor distance(const Tensor& a, const Tensor& b) {
  not_done_yet("distance", R"(lessons/07_speaker_embeddings.cpp, "The repairs, one by one")");
}

inline Tensor pair_loss(const Tensor& a, const Tensor& b, const Tensor& same, double margin) {
  not_done_yet("pair_loss", R"(lessons/07_speaker_embeddings.cpp, "The repairs, one by one")");
}

inline double errors(const Tensor& distances, const Tensor& same, double threshold) {
  not_done_yet("errors", R"(lessons/07_speaker_embeddings.cpp, "The repairs, one by one")");
}

inline double best_threshold(const Tensor& distances, const Tensor& same) {
  not_done_yet("best_threshold", R"(lessons/07_speaker_embeddings.cpp, "The repairs, one by one")");
}

}  // namespace exercise
