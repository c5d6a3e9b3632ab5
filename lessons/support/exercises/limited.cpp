#include "support/exercises/limited.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#ifdef __linux__
#include <sys/prctl.h>

#include <filesystem>
#include <fstream>
#endif

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

extern char** environ;

namespace judge {
namespace {

constexpr std::size_t most_output = 4096 * 1024;
constexpr int secret_descriptor = 3, channel_descriptor = 4;

volatile sig_atomic_t stopped = 0;
void stop(int signal) { stopped = signal; }

// While it lives, on Linux the descendants of a child come to this process when their parents end.
class Adopting {
 public:
  Adopting() { adopt(1); }
  ~Adopting() { adopt(0); }
  Adopting(const Adopting&) = delete;

 private:
  static void adopt([[maybe_unused]] unsigned long on) {
#ifdef __linux__
    prctl(PR_SET_CHILD_SUBREAPER, on, 0, 0, 0);
#endif
  }
};

// Both ends are closed where another program is started.
struct Pipe {
  Pipe() {
    if (pipe(ends.data()) != 0) tg::fail("judge", "there is no pipe: {}", std::strerror(errno));
    for (int& end : ends) {
      const int high = fcntl(end, F_DUPFD_CLOEXEC, 10);  // out of the way of 3 and 4
      close(end);
      end = high;
    }
  }
  ~Pipe() {
    for (const int end : ends)
      if (end >= 0) close(end);
  }
  Pipe(const Pipe&) = delete;
  void close_end(std::size_t i) {
    close(ends[i]);
    ends[i] = -1;
  }
  std::array<int, 2> ends{-1, -1};  // to read from, to write to
};

void limit(decltype(RLIMIT_CPU) what, rlim_t soft, rlim_t hard) {
  rlimit now{};
  getrlimit(what, &now);
  const rlimit wanted = {std::min(soft, now.rlim_max), std::min(hard, now.rlim_max)};
  setrlimit(what, &wanted);
}

// In the child: only what may be called between fork and exec.
[[noreturn]] void become(char* const* words, char* const* variables, const Limits& limits, int output,
                         int secret, int channel) {
  setpgid(0, 0);
  const auto seconds = static_cast<rlim_t>(limits.seconds);
  limit(RLIMIT_CPU, seconds, seconds + 1);
  limit(RLIMIT_CORE, 0, 0);
#ifndef __APPLE__
  limit(RLIMIT_AS, limits.memory * 1000 * 1024, limits.memory * 1000 * 1024);
#endif
  if (!limits.writes) limit(RLIMIT_FSIZE, 0, 0);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (secret >= 0) {
    dup2(secret, secret_descriptor);
    dup2(channel, channel_descriptor);
  }
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(signal, SIG_DFL);
  environ = const_cast<char**>(variables);
  execvp(words[0], words);
  _exit(127);
}

// Takes what there is to read; false at the end.
bool take(int from, std::string& into) {
  std::array<char, 16384> part;
  for (;;) {
    const ssize_t size = read(from, part.data(), part.size());
    if (size > 0) {
      into.append(part.data(), static_cast<std::size_t>(size));
      if (into.size() > most_output) return true;
    } else if (size == 0) {
      return false;
    } else if (errno != EINTR) {
      return true;
    }
  }
}

// Ends the group, and the children that came to this process when their parents ended.
void end_all(pid_t group) {
  kill(-group, SIGKILL);
  int status = 0;
  while (waitpid(group, &status, 0) < 0 && errno == EINTR) {
  }
#ifdef __linux__
  // A process that made itself a group is no longer in the first one, but still a descendant.
  const std::string parent = std::to_string(getpid());
  for (int tries = 0; tries < 5000; ++tries) {
    pid_t ended = 0;
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
    }
    if (ended < 0 && errno == ECHILD) return;
    std::error_code no_error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", no_error)) {
      const int id = std::atoi(entry.path().filename().c_str());
      if (id <= 0) continue;
      std::string text;
      std::getline(std::ifstream(entry.path() / "stat"), text);
      const std::size_t name_end = text.rfind(") ");  // then: state, parent
      if (name_end != std::string::npos && text.substr(name_end + 4).starts_with(parent + " "))
        kill(id, SIGKILL);
    }
    usleep(1000);
  }
  tg::fail("judge", "a process that the program began cannot be ended");
#endif
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

Noted::Noted() {
  struct sigaction action {};
  action.sa_handler = &stop;
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &before_[i]);
}
Noted::~Noted() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &before_[i], nullptr);
}

void stop_if_asked() {
  if (stopped) throw Interrupted{stopped};
}

Ended run_limited(const std::vector<std::string>& given, const Limits& limits, const std::string& secret) {
  const Noted noted;
  const Adopting adopting;
  std::vector<std::string> words = limits.inside,
                           variables = {"LC_ALL=C"};  // what compilers say is read here
  words.insert(words.end(), given.begin(), given.end());
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text = *variable;
    if (!text.starts_with("LC_") && !text.starts_with("LANG") && !text.starts_with("LD_PRELOAD=") &&
        !text.starts_with("LD_AUDIT=") && !text.starts_with("DYLD_INSERT"))
      variables.emplace_back(text);
  }
  const std::vector<char*> arguments = pointers(words), environment = pointers(variables);
  Pipe output, numbers, channel;
  if (write(numbers.ends[1], secret.data(), secret.size()) < 0) tg::fail("judge", "cannot write into a pipe");
  numbers.close_end(1);

  const pid_t child = fork();
  if (child < 0) tg::fail("judge", "cannot start {}: {}", tg::shown_path(words[0]), std::strerror(errno));
  if (child == 0)
    become(arguments.data(), environment.data(), limits, output.ends[1],
           secret.empty() ? -1 : numbers.ends[0], channel.ends[1]);
  setpgid(child, child);  // here too: whoever comes first
  output.close_end(1);
  channel.close_end(1);

  Ended ended;
  std::array<pollfd, 2> open = {pollfd{output.ends[0], POLLIN, 0}, pollfd{channel.ends[0], POLLIN, 0}};
  for (const pollfd& end : open) fcntl(end.fd, F_SETFL, O_NONBLOCK);
  const auto read_all = [&] {
    if (open[0].fd >= 0 && !take(output.ends[0], ended.output)) open[0].fd = -1;
    if (open[1].fd >= 0 && !take(channel.ends[0], ended.reported)) open[1].fd = -1;
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(limits.seconds + 60);
  siginfo_t info{};
  bool late = false, much = false;
  for (;;) {
    poll(open.data(), open.size(), open[0].fd < 0 && open[1].fd < 0 ? 1 : 20);
    read_all();
    info.si_pid = 0;
    if (waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno != EINTR)
      break;
    late = std::chrono::steady_clock::now() > deadline;
    much = ended.output.size() > most_output || ended.reported.size() > most_output;
    if (info.si_pid == child || late || much || stopped) break;
  }
  const bool by_itself = info.si_pid == child;
  end_all(child);
  read_all();
  stop_if_asked();
  ended.status = by_itself ? info.si_status : SIGKILL;
  bool signalled = by_itself && info.si_code != CLD_EXITED;
  if (!limits.inside.empty() && by_itself && !signalled && ended.status > 128) {
    signalled = true;
    ended.status -= 128;
  }
  ended.how = much ? Ending::printed_too_much
              : late || (signalled && (ended.status == SIGXCPU || ended.status == SIGKILL))
                  ? Ending::out_of_time
              : signalled ? Ending::signalled
                          : Ending::exited;
  ended.output.resize(std::min(ended.output.size(), most_output));
  return ended;
}

}  // namespace judge
