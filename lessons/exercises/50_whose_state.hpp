#pragma once
#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Cuts a series [N,D] into windows of `steps` time steps and lays them into batches of `rows` rows, for a
// layer whose state is carried: the state of row i after batch k goes to row i of batch k + 1, so that window
// must be the next one of the series. The result is [batches, rows, steps, D], with as many batches as the
// series fills. What is left over at its end is not used.
//
// The code below keeps the order of time, and is wrong all the same. Delete the line with not_done_yet, run
// the tests, and mend it. Useful: tg::slice, tg::reshape, tg::permute.

namespace exercise {

using tg::Tensor;

inline Tensor batches(const Tensor& series, int rows, int steps) {
  not_done_yet("batches", R"(lessons/09_time_steps.cpp, "Diagnosis: whose state is it?")");
  const int count = series.dim(0) / (rows * steps);
  return reshape(slice(series, 0, 0, count * rows * steps), {count, rows, steps, series.dim(1)});
}

}  // namespace exercise
