#include "support/exercises/task.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>

#include "support/exercises/limited.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/error.hpp"

namespace exercises {
namespace {

[[noreturn]] void become(const std::function<void()>& work, int output) {
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) dup2(output, stream);
  int status = 1;
  try {
    work();
    status = 0;
  } catch (const judge::Interrupted&) {
  } catch (const std::exception& error) {
    lesson::complain(std::string("error: ") + error.what());
  }
  _exit(status);
}

}  // namespace

Task::Task(const std::function<void()>& work) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) tg::fail("exercises", "there is no pipe: {}", std::strerror(errno));
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  child_ = fork();
  if (child_ < 0) tg::fail("exercises", "cannot begin a process: {}", std::strerror(errno));
  if (child_ == 0) become(work, ends[1]);
  setpgid(child_, child_);  // here too: whoever comes first
  close(ends[1]);
  output_ = ends[0];
  fcntl(output_, F_SETFL, O_NONBLOCK);
}

Task::~Task() {
  if (child_ > 0) {
    kill(-child_, SIGTERM);
    while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  close(output_);
}

bool Task::running() {
  std::array<char, 4096> part;
  while (child_ > 0) {
    const ssize_t size = read(output_, part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return true;
    printed_.append(part.data(), static_cast<std::size_t>(size));
    if (size > 0) continue;
    int status = 0;
    while (waitpid(child_, &status, 0) < 0 && errno == EINTR) continue;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    child_ = -1;
  }
  return false;
}

std::vector<bool> wait_for(const std::vector<int>& descriptors, int milliseconds) {
  std::vector<pollfd> waiting;
  for (const int descriptor : descriptors) waiting.push_back({descriptor, POLLIN, 0});  // below 0: left out
  judge::stop_if_asked();
  const bool any = poll(waiting.data(), waiting.size(), milliseconds) > 0;
  judge::stop_if_asked();
  std::vector<bool> readable;
  for (const pollfd& each : waiting) readable.push_back(any && each.revents != 0);
  return readable;
}

}  // namespace exercises
