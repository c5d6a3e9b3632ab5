#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// A network was trained with class weights: the rare class counted `weight`, the other 1. p [N] is what it
// says, and that is no probability of the rare class any more. Give the probability that a network without
// weights would say, if both can say the truth. Nothing else is known of the data.

namespace exercise {

using tg::Tensor;

inline Tensor undo_weights(const Tensor& p, double weight) {
  not_done_yet("undo_weights", R"(lessons/12_rare_class.cpp, "What class weights do")");
}

}  // namespace exercise
