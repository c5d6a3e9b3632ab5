#pragma once
#include <functional>
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The quiz of lesson 10: train on right sequences, find leaks, and write. Ids: 0 is padding, 1 <start>, 2
// <end>, others are letters. `says` [B,T] is what must be said: in each row letters, one <end>, then padding.
// A network turns what it reads, [B,T], into scores [B,T,C] for what must be said there.
//
//   reads_of    [B,T]: what the network reads under teacher forcing. At each place it has read all that it
//               must have said before, and nothing else; <start> comes first. What it reads after <end> does not count
//   floor_of    the lowest mean loss of a said symbol, in nats, that a network without a leak can have on
//               these rows, which are all different
//   leak        the largest change, over all k, of a score for one of the places 0 to k of a row, when
//               what must be said from k on becomes something else, letters and marks alike
//   write       what the network writes by itself: the highest score each time, until <end>, which is not
//               given back, or until there are `most` ids

namespace exercise {

using tg::Indices;
using tg::Tensor;

using Network = std::function<Tensor(const Indices& reads)>;

inline Indices reads_of(const Indices& says) {
  not_done_yet("reads_of", R"(lessons/10_generation.cpp, "Is it exposure bias?")");
}

inline double floor_of(const Indices& says) {
  not_done_yet("floor_of", R"(lessons/10_generation.cpp, "Is it exposure bias?")");
}

inline double leak(const Network& network, const Indices& says, int classes) {
  not_done_yet("leak", R"(lessons/10_generation.cpp, "Is it exposure bias?")");
}

inline std::vector<int> write(const Network& network, int most) {
  not_done_yet("write", R"(lessons/10_generation.cpp, "Is it exposure bias?")");
}

}  // namespace exercise
