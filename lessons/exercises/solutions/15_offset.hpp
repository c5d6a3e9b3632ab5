#pragma once
#include <cmath>
#include <vector>

namespace exercise {

// Adam divides each gradient by its own size, so b and all weights move by the same distance d, each in the direction that
// helps. A weight acts through what its unit shows: it raises the output by d |h|, the bias by d 1. (Gradient descent would
// move a weight by d h, and raise the output by d h^2.)
inline double bias_share(const std::vector<double>& hidden) {
  double raised = 1;
  for (const double h : hidden) raised += std::abs(h);
  return 1 / raised;
}

}  // namespace exercise
