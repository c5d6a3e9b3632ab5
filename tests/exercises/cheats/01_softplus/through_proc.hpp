// says: this one includes /proc/self/cwd/lessons/exercises/solutions/01_softplus.hpp
#include "/proc/self/cwd/lessons/exercises/solutions/01_softplus.hpp"
