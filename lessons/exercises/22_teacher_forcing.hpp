#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Teacher forcing: from the right words, what the decoder reads and what it must say. The words come as ids [B,L], filled up
// with pad_id after their last letters; no letter has the id of a mark. Both results are [B,L+1], filled up with pad_id
// too. At each step the decoder has read everything that it must have said before, and nothing of what it must say now
// or later; at the end of each word it must say that this is the end. After that there is nothing to say, and nothing to read.
// The longest word has no padding.
//
// Useful: words.dim(0), words.at({item, step}); Indices({B, L + 1}, numbers) of a std::vector<int>, row after row.

namespace exercise {

using tg::Indices;

const int pad_id = 0, start_id = 1, end_id = 2;

struct Forced {
  Indices reads, says;  // [B,L+1]
};

inline Forced teacher_forcing(const Indices& words) {
  not_done_yet("teacher_forcing", R"(lessons/05_padding_masks.cpp, "The model, and how it is taught")");
}

}  // namespace exercise
