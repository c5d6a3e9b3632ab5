#include "support/interrupt.hpp"

#include <csignal>

namespace lesson {
namespace {

volatile std::sig_atomic_t seen = 0;

// The first one takes itself off, so the second meets the default.
void remember(int signal) {
  seen = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

Interruptible::Interruptible() {
  seen = 0;
  before_ = std::signal(SIGINT, remember);
}
Interruptible::~Interruptible() { std::signal(SIGINT, before_); }
bool Interruptible::interrupted() const { return seen != 0; }

}  // namespace lesson
