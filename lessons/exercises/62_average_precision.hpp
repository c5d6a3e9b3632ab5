#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Average precision, which the lesson calls PR. Go down the list of examples from the highest score. At
// each rare one take the precision so far: the share of rare ones among those up to here. The mean of that
// over all rare ones is the answer.
//
// The lesson's code has a weakness. Examples with equal scores cannot be told apart, and yet it takes them
// in some order, so luck decides. Here they come into the list together: each rare one among them gets the
// precision after all of them.
//
// `scores` and `rare` have the same size; rare is 1 or 0, and at least one is 1.

namespace exercise {

inline double average_precision(const std::vector<double>& scores, const std::vector<int>& rare) {
  not_done_yet("average_precision", R"(lessons/12_rare_class.cpp, "What class weights do")");
}

}  // namespace exercise
