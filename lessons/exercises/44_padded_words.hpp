#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The quiz of lesson 5: words of different lengths in one rectangle, and nothing learned from its padding.
// Words are lists of letters' ids, 3 and above; one may be empty, but not all lists are.
//
//   batch_of    the words as the decoder must say them, each with end_id behind its letters, filled up with
//               pad_id after it; what it reads then (teacher forcing): start_id, and before each step what it
//               had to say at the step before, else pad_id; and the lengths, end marks counted. T is the
//               largest of these
//   last_state  h [B,H] of each item after its last real step, where x [B,T,D] is read by the cell step by
//               step, from zeros. Padding may be NaN
//   judged      scores [B,T,C] against what had to be said: the mean of -ln P(right id) over all real places,
//               of shape []; the share of real places whose best id is right; the share of words right at all
//               of their real places. Padding may be NaN
//
// Useful: Indices({B, T}, numbers), tg::sequence_mask(lengths, T), where, gather(x, 2, ids) with ids [B,T,1],
// argmax(x, 2), select(x, 1, t), cell.zero_state(B).

namespace exercise {

using tg::Indices;
using tg::Tensor;

const int pad_id = 0, start_id = 1, end_id = 2;

struct Batch {
  Indices reads, says;  // [B,T]
  std::vector<int> lengths;
};

inline Batch batch_of(const std::vector<std::vector<int>>& words) {
  not_done_yet("batch_of", R"(lessons/05_padding_masks.cpp, "The fix")");
}

inline Tensor last_state(const tg::nn::LSTMCell& cell, const Tensor& x, const std::vector<int>& lengths) {
  not_done_yet("last_state", R"(lessons/05_padding_masks.cpp, "The fix")");
}

struct Score {
  Tensor loss;           // []
  double places, words;  // shares
};

inline Score judged(const Tensor& scores, const Batch& batch) {
  not_done_yet("judged", R"(lessons/05_padding_masks.cpp, "The fix")");
}

}  // namespace exercise
