// says: this one includes lessons/exercises/solutions/01_softplus.hpp
#pragma once
#include "lessons/exercises/solutions/01_softplus.hpp"
