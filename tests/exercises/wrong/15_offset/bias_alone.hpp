// says: if the bias learned alone
#pragma once
#include <cmath>
#include <vector>

namespace exercise {

inline double bias_share(const std::vector<double>& hidden) { return 1; }

}  // namespace exercise
