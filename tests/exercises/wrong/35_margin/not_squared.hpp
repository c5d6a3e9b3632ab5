// says: not its square: that is 4
#pragma once
#include <algorithm>

namespace exercise {

inline double least_loss(int, double margin) { return std::max(margin - 2, 0.0); }

}  // namespace exercise
