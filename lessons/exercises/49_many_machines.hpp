#pragma once
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "exercises/not_done_yet.hpp"
#include "tinygrad_cpp/tinygrad.hpp"

// Training on many machines. Four functions:
//
// gradients: leaves in the parameters the gradient of the mean over all parts, then clips it: where the norm
// of all gradients together is above limit, they are scaled to it. Each part's loss() is a mean, and weight
// is what it was divided by. A part with weight 0 is not run. Gradients that were there before do not count.
//
// any_order: the sum of at most 1000 numbers of a size of at most 1000, right to 1e-9, and the same to the
// last bit in whatever order they come.
//
// ring: the seconds that an all-reduce in a ring takes on this many machines. Each sends 2 (machines - 1)
// messages of bytes / machines. A message takes latency, and its bytes over bandwidth.
//
// machines_that_pay: a batch takes this many seconds on one machine, which sends nothing. N machines take the
// N-th part of that, and the ring. The result is the number of machines, from 1 to most, with the shortest
// time; the smallest of equals.

namespace exercise {

using tg::Tensor;

struct Part {
  std::function<Tensor()> loss;
  double weight;
};

inline void gradients(const tg::nn::Parameters& parameters, const std::vector<Part>& parts, double limit) {
  not_done_yet("gradients", R"(lessons/08_many_machines.cpp, "What a loss is divided by")");
}

inline double any_order(const std::vector<double>& numbers) {
  not_done_yet("any_order", R"(lessons/08_many_machines.cpp, "The same bits on any number of machines")");
}

struct Network {
  double latency, bandwidth;  // seconds a message, bytes a second
};

inline double ring(int machines, double bytes, const Network& network) {
  not_done_yet("ring", R"(lessons/08_many_machines.cpp, "When are many machines slower than one?")");
}

inline int machines_that_pay(double seconds, double bytes, const Network& network, int most) {
  not_done_yet("machines_that_pay",
               R"(lessons/08_many_machines.cpp, "When are many machines slower than one?")");
}

}  // namespace exercise
