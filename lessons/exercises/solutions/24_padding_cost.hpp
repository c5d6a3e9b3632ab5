#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

struct Prediction {
  double mixed_by_4, mixed_by_8, sorted_by_4, loss;
};

// The letters are 73 in any order; only the widths change, and the longest word of a batch sets its width. Sorting leaves less
// than half of the padding, most of it where the two long words meet two short ones. Padding has no loss and is counted, so
// the loss is the masked one times the share of the letters.
inline Prediction prediction() {
  const double letters = 73, positions = 4 * (13 + 4 + 11 + 4);
  return {.mixed_by_4 = 1 - letters / positions,
          .mixed_by_8 = 1 - letters / (8 * (13 + 11)),
          .sorted_by_4 = 1 - letters / (4 * (3 + 4 + 4 + 13)),
          .loss = letters / positions};
}

}  // namespace exercise
