#include "support/interrupt.hpp"

#include <csignal>

namespace lesson {
namespace {

constexpr int signals[] = {SIGINT, SIGTERM, SIGUSR1};
volatile std::sig_atomic_t seen = 0;
int alive = 0;

// The first one takes itself off, so the second meets the default.
void remember(int signal) {
  seen = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

Interruptible::Interruptible() {
  if (alive++ > 0) return;
  seen = 0;
  for (int i = 0; i < 3; ++i) before_[i] = std::signal(signals[i], remember);
}
Interruptible::~Interruptible() {
  if (--alive > 0) return;
  for (int i = 0; i < 3; ++i) std::signal(signals[i], before_[i]);
}
bool Interruptible::interrupted() const { return seen != 0; }

}  // namespace lesson
