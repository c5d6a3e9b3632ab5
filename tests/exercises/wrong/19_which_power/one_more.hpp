// says: no step deserves more than another
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline double best_power(double a) { return a + 0.75; }

}  // namespace exercise
