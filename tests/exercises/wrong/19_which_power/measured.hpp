// says: Look for the rule behind it
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline double best_power(double a) { return 1.9 * a; }

}  // namespace exercise
