// says: #pragma is no directive for an answer
#pragma GCC system_header
#include "lessons/exercises/solutions/01_softplus.hpp"
