#pragma once
#include <algorithm>
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The equal error rate and its threshold, from the distances of pairs of the same speaker and of pairs of different
// speakers: any order, any numbers of them, at least one each.
//
//   rejected   the share of the same pairs that are farther than the threshold
//   accepted   the share of the different pairs that are not
//
// As the threshold rises past a distance that occurs, both shares step, all pairs at that distance together. The rates
// cross at the first distance after which accepted >= rejected. Between the shares before this step and those after
// it take straight lines: `rate` is where the lines meet. `threshold` is halfway from this distance to the next
// that occurs, or this distance where it is the last.

namespace exercise {

struct Crossing {
  double rate, threshold;
};

inline Crossing equal_error_rate(const std::vector<double>& same, const std::vector<double>& different) {
  not_done_yet("equal_error_rate", R"(lessons/07_speaker_embeddings.cpp, "Two ways to judge distances")");
}

}  // namespace exercise
