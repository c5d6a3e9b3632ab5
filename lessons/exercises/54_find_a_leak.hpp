#pragma once
#include <functional>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Does a network see what it must say? `scores_of` is the whole of somebody's model, with their shift and
// their masks: from targets [B,T], ids from 0 to classes - 1, to scores [B,T,C] for each of them. The scores
// at place t are for target t. They may depend on targets 0 to t - 1, and on nothing else.
//
// Give back the largest absolute change of a score that must not change, over all places k from which the
// targets could become other ones. 0: no leak. Call scores_of as often as you like.

namespace exercise {

using tg::Indices;
using tg::Tensor;

using ScoresOf = std::function<Tensor(const Indices& targets)>;

inline double leak(const ScoresOf& scores_of, const Indices& targets, int classes) {
  not_done_yet("leak", R"(lessons/10_generation.cpp, "Change a later letter")");
}

}  // namespace exercise
