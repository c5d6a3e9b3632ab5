#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// A mask from lengths. Somebody else has made these batches, and no id was kept for padding: they are filled up with 0, which
// in one batch is also a letter, in another <start>, in a third <end>. The lengths are told as well. The mask has the shape
// [B,T] of what must be said: 1 at the letters and the <end> of each word, 0 at its padding.
//
//   B = 2, T = 4, lengths 3 and 1, padding after the words    1 1 1 0     before them    0 1 1 1
//                                                             1 0 0 0                    0 0 0 1
//
// Lengths go from 0 to T, both included. Another length is a mistake made earlier, and must not pass silently:
// tg::fail("sequence_mask", "text with {} and {}", number, number) throws an error. Let it name the length and T.
// Tensor({B, T}, numbers) makes a Tensor of a std::vector<Real>, row after row; batch.says.dim(1) is T.

namespace exercise {

using tg::Indices;
using tg::Real;
using tg::Tensor;

enum class Place { after, before };

struct Batch {
  Indices reads, says;       // what the decoder reads and must say, [B,T] both
  std::vector<int> lengths;  // of what it must say, <end> included: B numbers
  Place padding = Place::after;
};

inline Tensor sequence_mask(const Batch& batch) {
  not_done_yet("sequence_mask", R"(lessons/05_padding_masks.cpp, "The fix")");
}

}  // namespace exercise
