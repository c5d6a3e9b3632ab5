// says: 1/3 is gradient descent's share
#pragma once
#include <cmath>
#include <vector>

namespace exercise {

inline double bias_share(const std::vector<double>& hidden) {
  double raised = 1;
  for (const double h : hidden) raised += h * h;
  return 1 / raised;
}

}  // namespace exercise
