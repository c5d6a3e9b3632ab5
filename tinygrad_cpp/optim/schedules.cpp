#include "tinygrad_cpp/optim/schedules.hpp"

#include <cmath>
#include <numbers>

#include "tinygrad_cpp/error.hpp"

namespace tg { inline namespace TG_REAL_NAMESPACE { namespace optim {
namespace {

void check(const char* op, int step, int total) {
  if (step < 0 || total < 1)
    fail(op, "step is {}, the number of steps {}; at least 0 and at least 1 are needed", step, total);
}

}  // namespace

double step_decay(int step, int every, double base, double factor) {
  check("step_decay", step, every);
  return base * std::pow(factor, step / every);
}

double cosine(int step, int total, double base) {
  check("cosine", step, total);
  return step >= total ? 0 : base * (1 + std::cos(std::numbers::pi * step / total)) / 2;
}

double warm_up(int step, int steps, double base) {
  check("warm_up", step, steps);
  return step >= steps ? base : base * (step + 1) / steps;
}

}}}  // namespace tg::optim
