#pragma once
#include <algorithm>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Which margins can be reached depends on the distance, and on how many must keep it. FaceNet, in the lesson's reading
// list, divides each embedding by its length and takes the squared Euclidean distance. So let N speakers have one
// embedding each, of length 1 and with at least N numbers. Each pair of them costs
//
//   max(m - |x_i - x_j|^2, 0)
//
// and the loss is the mean over all pairs. How small can training make it? Predict, on paper and before you look:
//
//   2 speakers with m = 5      3 speakers with m = 4      6 speakers with m = 4, and with m = 2
//
// Then write the function of N and m that your prediction is. The tests move N embeddings by gradient descent until the
// loss falls no further, and tell you what is left of it, question by question.

namespace exercise {

inline double least_loss(int speakers, double margin) {
  not_done_yet("least_loss", R"(lessons/07_speaker_embeddings.cpp, "A margin that cannot be reached")");
}

}  // namespace exercise
