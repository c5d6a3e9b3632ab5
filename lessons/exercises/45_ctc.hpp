#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The quiz of lesson 6: CTC from its definition, for one recording. Of the scores [T,C], raw, the first
// `length` frames are real; the others are padding, may be NaN, and have no part in anything. Needed are
//
//   loss       -ln P(text), where P(text) adds up all paths that say the text; infinity if no path can
//   gradient   [T,C], of the loss with respect to the scores: 0 at padding, and everywhere if the loss is
//              infinite
//   said       what the likeliest class of each frame says, repetitions and blanks taken out
//
// It must work for 1000 frames, where each path has a probability of e^-1000 and less, in time that grows
// with frames times labels. Make it in Tensor operations and call backward(), or in plain numbers, with
// alpha and beta. Useful: log_softmax, tg::argmax(x, 1), x.at({t, k}), Tensor({T, C}, numbers),
// tg::logsumexp, tg::pad, tg::slice.

namespace exercise {

using tg::Tensor;

struct Heard {
  double loss;
  Tensor gradient;  // [T,C]
  std::vector<int> said;
};

inline Heard heard(const Tensor& scores, int length, const std::vector<int>& text, int blank) {
  not_done_yet("heard", R"(lessons/06_ctc.cpp, "The recursion: forward, backward, posterior")");
}

}  // namespace exercise
