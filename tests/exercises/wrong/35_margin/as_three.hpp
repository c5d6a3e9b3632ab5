// says: 1 is left for three
#pragma once
#include <algorithm>

namespace exercise {

inline double least_loss(int speakers, double margin) {
  return std::max(margin - (speakers == 2 ? 4 : 3), 0.0);
}

}  // namespace exercise
