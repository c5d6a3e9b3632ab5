#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Greedy decoding of a batch: of each frame the likeliest class, then what this path says. The scores [B,T,C] are raw, as a
// dense layer gives them: any numbers. Recording b has lengths[b] real frames; what comes after them is padding. The
// result has the labels of each recording. With blank 0 and lengths 5 and 3, where x is padding:
//
//   likeliest   1 1 0 1 2      say   1 1 2
//               2 2 0 x x            2
//
// Useful: tg::argmax(scores, -1) gives the class of each frame, Indices [B,T], which are read by ids.at({b, t}).

namespace exercise {

using tg::Tensor;

inline std::vector<std::vector<int>> greedy(const Tensor& scores, int blank,
                                            const std::vector<int>& lengths) {
  not_done_yet("greedy", R"(lessons/06_ctc.cpp, "How to predict, once the loss is outside the model")");
}

}  // namespace exercise
