#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// What padding costs: predict four numbers, then let the tests measure. Sixteen words come in this order:
//
//   the with international you      and for that from      development time now make      one all year they
//
// An LSTM reads them letter by letter, and each batch is padded to its own longest word. It computes all positions of
// the rectangle [B,T], padding too. Write down a guess first, then count. Two digits after the point are enough.

namespace exercise {

struct Prediction {
  // The share of padding among all positions that are computed, from 0 to 1, for the whole list:
  double mixed_by_4;   // batches of four, in the order above
  double mixed_by_8;   // batches of eight, in the order above
  double sorted_by_4;  // sorted by length first, then batches of four
  // A model names what stands at each position. It knows where padding comes, which costs it 0 nats, and guesses at letters,
  // ln 27 nats each. Its mean loss over all positions of mixed_by_4, divided by its masked loss:
  double loss;
};

inline Prediction prediction() {
  not_done_yet("prediction", R"(lessons/05_padding_masks.cpp, "Groups by length")");
}

}  // namespace exercise
