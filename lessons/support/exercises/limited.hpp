// Programs that are not trusted: they run with limits, and leave nothing behind that runs.
#pragma once
#include <signal.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace judge {

struct Limits {
  int seconds = 60;           // of computing; of waiting it may take a minute more
  std::size_t memory = 2000;  // in MB, where the system can limit it (macOS does not)
  bool writes = true;         // whether it may write files
  /// The words of a program that runs it, and that ends with 128 + signal where a signal ended it.
  std::vector<std::string> inside = {};
};

/// Thrown where a signal, Ctrl-C say, asked this program to end.
struct Interrupted {
  int signal;
};

/// While one of these lives, Ctrl-C, SIGTERM and SIGHUP are noted, and do not end this program at once.
class Noted {
 public:
  Noted();
  ~Noted();
  Noted(const Noted&) = delete;

 private:
  static constexpr std::array<int, 3> signals = {SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, 3> before_{};
};

/// Throws Interrupted where a signal was noted.
void stop_if_asked();

enum class Ending { exited, signalled, out_of_time, printed_too_much };

/// What became of a program.
struct Ended {
  Ending how = Ending::exited;
  int status = 0;        // its exit status, or the number of the signal
  std::string output;    // what it printed on both streams, at most 4 MB
  std::string reported;  // what it wrote into the channel, when it had one
};

/// Runs a program. With `secret`, it finds that on descriptor 3 and a pipe to write into, the channel, on
/// descriptor 4. When this returns, the program and its process group have ended; on Linux, every process
/// that it began, and any other child of this one. Error when it cannot be started or ended. Interrupted
/// after Ctrl-C.
Ended run_limited(const std::vector<std::string>& words, const Limits& limits,
                  const std::string& secret = "");

}  // namespace judge
