#pragma once
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "tinygrad_cpp/tinygrad.hpp"

namespace exercise {

using tg::Tensor;

struct Part {
  std::function<Tensor()> loss;
  double weight;
};

// Each part's share is in its loss, so backward() adds up the right gradients. Clipping comes last.
inline void gradients(const tg::nn::Parameters& parameters, const std::vector<Part>& parts, double limit) {
  for (const auto& [name, parameter] : parameters) parameter.zero_grad();
  double total = 0;
  for (const Part& part : parts) total += part.weight;
  for (const Part& part : parts)
    if (part.weight > 0) (part.loss() * (part.weight / total)).backward();
  tg::optim::clip_grad_norm(parameters, limit);
}

// Sums of whole numbers are exact. 10^6 2^40 is below 2^63.
inline double any_order(const std::vector<double>& numbers) {
  std::int64_t sum = 0;
  for (const double number : numbers) sum += std::llround(std::ldexp(number, 40));
  return std::ldexp(static_cast<double>(sum), -40);
}

struct Network {
  double latency, bandwidth;
};

inline double ring(int machines, double bytes, const Network& network) {
  return 2 * (machines - 1) * (network.latency + bytes / machines / network.bandwidth);
}

inline int machines_that_pay(double seconds, double bytes, const Network& network, int most) {
  int best = 1;
  const auto time = [&](int machines) { return seconds / machines + ring(machines, bytes, network); };
  for (int machines = 2; machines <= most; ++machines)
    if (time(machines) < time(best)) best = machines;
  return best;
}

}  // namespace exercise
