#pragma once
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// To say the mean a network needs no LSTM: the bias b of the readout could do it alone. Does it?
//
// The experiment: a series of one feature swings around a level that is not 0. A readout says h W + b. One unit of h swings
// with the series; each of the others shows the same number at every step. W and b begin at 0, and Adam trains them all
// until the series is repeated. The test does this with numbers of its own.
//
// `hidden` lists what the units show that do not swing. Which share of the level does the bias hold in the end: b / level?
//
// Predict first, with a pencil: eight units show 0.5. How far has each weight gone when b has gone a distance of 1? Then write
// the share for any list. (For an empty one it is 1: nobody else can say the level. How high the level is does not matter.)

namespace exercise {

inline double bias_share(const std::vector<double>& hidden) {
  not_done_yet("bias_share", R"(lessons/03_timestep_differencing.cpp, "What a stall is")");
}

}  // namespace exercise
