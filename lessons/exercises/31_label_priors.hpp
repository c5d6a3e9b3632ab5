#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Recordings of which we know when what is said: two letters out of three, each 5 to 7 frames long, and silence of 2 to 4
// frames before, between and after them. A dense layer at every step is trained on their texts by CTC. It hears well; yet
// in the end the blank is the likeliest class of nearly every frame, 88% of all probability is the blank's, and
// 4% is each letter's. With the text known, a letter lasts for one frame on the likeliest path.
//
// These means over all real frames of all recordings are the *priors* of the classes. Divide each probability by its
// class's prior, with a weight:  p[t][k] / prior[k]^weight.
//
// 1. Predict, before you write 2: divided with weight 1, in what share of the frames is the blank still the likeliest?
//    (0 is none, 1 is all.) You are right within 0.05. The test then tells what happened.
// 2. Write the division: from raw scores [B,T,C], of which item b has lengths[b] real frames, to the logarithms [B,T,C] of
//    probabilities, which add up to 1 in each frame again.
//
// Useful: softmax, log_softmax, tg::sequence_mask(lengths, T) [B,T], tg::sum(x, {0, 1}).

namespace exercise {

using tg::Tensor;

inline double predicted_blank_share() {
  not_done_yet("predicted_blank_share", R"(lessons/06_ctc.cpp, "Peaks and priors")");
}

inline Tensor without_priors(const Tensor& scores, const std::vector<int>& lengths, double weight) {
  not_done_yet("without_priors", R"(lessons/06_ctc.cpp, "Peaks and priors")");
}

}  // namespace exercise
