#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// How low can the loss of a network get that writes sequences and sees only what it has read? It reads
// <start>, and must say the first id, the second, and so on, and at last <end>. The loss is the mean over all
// symbols that must be said, in nats, with each sequence of the list once. A sequence may stand in the list
// several times, and may be empty: then only <end> must be said. There is at least one.
//
// Some network must reach the floor, and none may get below it.

namespace exercise {

inline double loss_floor(const std::vector<std::vector<int>>& sequences) {
  not_done_yet("loss_floor", R"(lessons/10_generation.cpp, "A loss that cannot be")");
}

}  // namespace exercise
