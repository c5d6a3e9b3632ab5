// says: the lesson's answer for errors that fall as n^-1/2
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline double best_power(double) { return 1; }

}  // namespace exercise
