#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// The quiz of lesson 12: from the scores of a network that was trained with a weight for the rare class to
// decisions. z [N,1] are raw scores, y [N,1] is 1 for the rare class and 0 for the other, `weight` is what
// a rare example counted in training. The network can say the truth.
//
//   probability          [N,1]: the true chance of the rare class
//   named                [N,1]: 1 where it is cheaper to say "rare", 0 elsewhere. A miss costs
//                        `missed_cost`, a false alarm 1
//   cost                 what those decisions cost, the mean over the examples
//   average_precision    the mean, over the rare examples, of the precision in the list down to their score.
//                        Examples with equal scores come into the list together

namespace exercise {

using tg::Tensor;

inline Tensor probability(const Tensor& z, double weight) {
  not_done_yet("probability", R"(lessons/12_rare_class.cpp, "The fix: a threshold from costs")");
}

inline Tensor named(const Tensor& z, double weight, double missed_cost) {
  not_done_yet("named", R"(lessons/12_rare_class.cpp, "The fix: a threshold from costs")");
}

inline double cost(const Tensor& z, const Tensor& y, double weight, double missed_cost) {
  not_done_yet("cost", R"(lessons/12_rare_class.cpp, "The fix: a threshold from costs")");
}

inline double average_precision(const Tensor& z, const Tensor& y) {
  not_done_yet("average_precision", R"(lessons/12_rare_class.cpp, "The fix: a threshold from costs")");
}

}  // namespace exercise
