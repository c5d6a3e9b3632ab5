// says: takes the last error nearly alone
#pragma once
#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

inline double best_power(double a) { return 100 * a; }

}  // namespace exercise
