#pragma once
#include <algorithm>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

// Added up over all ordered pairs, |x_i - x_j|^2 = 2 - 2 x_i.x_j gives 2 N^2 - 2 |x_1 + .. + x_N|^2, at most 2 N^2. There are
// N (N - 1) ordered pairs of different speakers, so their mean is at most 2 N / (N - 1): 4, 3, 8/3, .., 2. No mean of
// hinges is smaller than the hinge of the mean, and if all pairs are equally far (a triangle, a tetrahedron, ..)
// it is just that.
inline double least_loss(int speakers, double margin) {
  const double most = 2.0 * speakers / (speakers - 1);
  return std::max(margin - most, 0.0);
}

}  // namespace exercise
