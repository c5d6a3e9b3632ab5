// says: the mean of the four batches' shares
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

struct Prediction {
  double mixed_by_4, mixed_by_8, sorted_by_4, loss;
};

inline Prediction prediction() {
  const double letters = 73, mixed = 1 - letters / 128, of_eight = 1 - letters / 192,
               sorted = 1 - letters / 96;
  return {(29. / 52 + 2. / 16 + 22. / 44 + 2. / 16) / 4, of_eight, sorted, 1 - mixed};
}

}  // namespace exercise
