#include "support/interrupt.hpp"

#include <doctest/doctest.h>

#include <csignal>

TEST_CASE("the first Ctrl-C is remembered, the second meets the default, and afterwards all is as before") {
  const auto before = std::signal(SIGINT, SIG_IGN);
  {
    const lesson::Interruptible loop;
    CHECK(!loop.interrupted());
    std::raise(SIGINT);
    CHECK(loop.interrupted());
    CHECK((std::signal(SIGINT, SIG_IGN) == SIG_DFL));
  }
  CHECK((std::signal(SIGINT, before) == SIG_IGN));
  const lesson::Interruptible again;
  CHECK(!again.interrupted());
}
