// says: 2 is left at right angles; three in a plane
#pragma once
#include <algorithm>

namespace exercise {

inline double least_loss(int speakers, double margin) {
  return std::max(margin - (speakers == 2 ? 4 : 2), 0.0);
}

}  // namespace exercise
