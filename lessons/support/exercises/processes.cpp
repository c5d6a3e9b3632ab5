#include "support/exercises/processes.hpp"

#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <thread>

#include "support/exercises/limited.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/error.hpp"

namespace exercises {
namespace {

[[noreturn]] void be_child(const std::function<void(std::size_t)>& work, std::size_t i) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // the judge ends its programs then
#endif
  try {
    work(i);
    _exit(0);
  } catch (const judge::Interrupted& interrupted) {
    signal(interrupted.signal, SIG_DFL);
    raise(interrupted.signal);
  } catch (const std::exception& error) {
    lesson::complain(std::string("error: ") + error.what());
  }
  _exit(1);
}

}  // namespace

void in_processes(std::size_t count, int workers, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t)>& ended) {
  const judge::Noted noted;
  std::size_t begun = 0, over = 0, failed = 0;
  while (over < count) {
    if (begun < count && begun - over < static_cast<std::size_t>(workers)) {
      const pid_t child = fork();
      if (child < 0) tg::fail("exercises", "cannot start a process: {}", std::strerror(errno));
      if (child == 0) be_child(work, begun);
      ++begun;
      continue;
    }
    int status = 0;
    if (waitpid(-1, &status, 0) < 0) {
      judge::stop_if_asked();
      if (errno == EINTR) continue;
      tg::fail("exercises", "cannot wait for a process: {}", std::strerror(errno));
    }
    if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM))
      throw judge::Interrupted{WTERMSIG(status)};
    failed += status != 0;
    ended(++over);
  }
  if (failed) tg::fail("exercises", "{} of {} processes ended without a result", failed, count);
}

int processors() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace exercises
