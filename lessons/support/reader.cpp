#include "support/reader.hpp"

#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "support/terminal.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

void interrupt_wait(int) {}

// While one of these lives, a program that was stopped (Ctrl-Z) and goes on (fg) notices it, in wait() alone,
// so that it cannot come just before.
class Resuming {
 public:
  Resuming() {
    struct sigaction action = {};
    action.sa_handler = interrupt_wait;
    sigaction(SIGCONT, &action, &action_before_);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCONT);
    pthread_sigmask(SIG_BLOCK, &blocked, &mask_before_);
  }
  ~Resuming() {
    pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    sigaction(SIGCONT, &action_before_, nullptr);
  }
  Resuming(const Resuming&) = delete;

  /// Waits for input. False when the program was stopped meanwhile.
  bool wait() const {
    fd_set input;
    FD_ZERO(&input);
    FD_SET(STDIN_FILENO, &input);
    return pselect(STDIN_FILENO + 1, &input, nullptr, nullptr, nullptr, &mask_before_) >= 0 || errno != EINTR;
  }

 private:
  struct sigaction action_before_ = {};
  sigset_t mask_before_ = {};
};

}  // namespace

bool reader_is_there() { return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO); }

// The terminal stays as it is, in lines: nothing has to be restored, whatever ends the program.
std::optional<std::string> ask(const std::string& prompt) {
  const Resuming resuming;
  tcflush(STDIN_FILENO, TCIFLUSH);
  show_prompt(prompt);
  std::string line;
  for (char c = 0; c != '\n';) {
    if (!resuming.wait()) {
      show_prompt(prompt);  // the shell has written meanwhile
    } else if (read(STDIN_FILENO, &c, 1) == 1) {
      line += c;
    } else {
      show_prompt("\n");
      return std::nullopt;
    }
  }
  prompt_was_answered();
  return std::string(trimmed(line));
}

}  // namespace lesson
