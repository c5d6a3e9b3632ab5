// says: this one includes ELSEWHERE
#define ELSEWHERE "lessons/exercises/solutions/01_softplus.hpp"
#include ELSEWHERE
