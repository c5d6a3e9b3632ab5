// says: the mean of the four batches' mean losses
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

struct Prediction {
  double mixed_by_4, mixed_by_8, sorted_by_4, loss;
};

inline Prediction prediction() {
  const double letters = 73, mixed = 1 - letters / 128, of_eight = 1 - letters / 192,
               sorted = 1 - letters / 96;
  return {mixed, of_eight, sorted, (23. / 52 + 14. / 16 + 22. / 44 + 14. / 16) / 4};
}

}  // namespace exercise
