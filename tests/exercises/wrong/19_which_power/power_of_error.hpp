// says: p = a is one over the standard deviation
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline double best_power(double a) { return a; }

}  // namespace exercise
