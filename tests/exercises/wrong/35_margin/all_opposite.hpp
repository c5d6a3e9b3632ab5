// says: a third cannot be opposite to both
#pragma once
#include <algorithm>

namespace exercise {

inline double least_loss(int, double margin) { return std::max(margin - 4, 0.0); }

}  // namespace exercise
