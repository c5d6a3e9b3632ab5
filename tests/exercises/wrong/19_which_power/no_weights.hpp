// says: p = 0 is the plain mean
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline double best_power(double) { return 0; }

}  // namespace exercise
