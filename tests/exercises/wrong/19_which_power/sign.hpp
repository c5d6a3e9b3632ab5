// says: a power below 0 puts the weight on the first errors
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline double best_power(double a) { return -2 * a; }

}  // namespace exercise
