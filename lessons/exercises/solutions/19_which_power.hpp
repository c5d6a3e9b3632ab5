#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

// Independent errors add up as variances: that of the weighted mean is the sum of w_n^2 n^-2a over (sum of
// w_n)^2. At the minimum its slopes by all w_n are 0, so w_n n^-2a is the same for all n, and w_n = n^2a: one
// over the variance of error n. For a = 1/2 this is n, the lesson's answer to the asker's root.
inline double best_power(double a) { return 2 * a; }

}  // namespace exercise
