// says: #1 is no directive for an answer
// clang-format off
# 1 "/usr/include/x.h" 1 3
#include "lessons/exercises/solutions/01_softplus.hpp"
