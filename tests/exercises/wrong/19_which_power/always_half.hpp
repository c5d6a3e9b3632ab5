// says: p = 1/2 is the asker's root
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline double best_power(double) { return 0.5; }

}  // namespace exercise
