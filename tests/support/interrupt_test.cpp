#include "support/interrupt.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <initializer_list>

TEST_CASE("the first signal that stops is remembered, the second meets the default, then all is as before") {
  for (int signal : {SIGINT, SIGTERM, SIGUSR1}) {
    const auto before = std::signal(signal, SIG_IGN);
    {
      const lesson::Interruptible loop;
      CHECK(!loop.interrupted());
      std::raise(signal);
      CHECK(loop.interrupted());
      CHECK((std::signal(signal, SIG_IGN) == SIG_DFL));
    }
    CHECK((std::signal(signal, before) == SIG_IGN));
    const lesson::Interruptible again;
    CHECK(!again.interrupted());
    std::raise(signal);
    {
      const lesson::Interruptible inner;
      CHECK(inner.interrupted());
    }
    CHECK(again.interrupted());
    CHECK((std::signal(signal, SIG_IGN) == SIG_DFL));
    std::signal(signal, before);
  }
}
