// says: %:pragma is no directive for an answer
// clang-format off
%:pragma GCC system_header
#include "lessons/exercises/solutions/01_softplus.hpp"
