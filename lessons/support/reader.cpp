#include "support/reader.hpp"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "support/terminal.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

void interrupt_read(int) {}

// While one of these lives, a program that was stopped (Ctrl-Z) and goes on (fg) shows its prompt again.
class Resuming {
 public:
  Resuming() {
    struct sigaction action = {};
    action.sa_handler = interrupt_read;  // without SA_RESTART, so that read() returns
    sigaction(SIGCONT, &action, &before_);
  }
  ~Resuming() { sigaction(SIGCONT, &before_, nullptr); }
  Resuming(const Resuming&) = delete;

 private:
  struct sigaction before_ = {};
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
    const ssize_t count = read(STDIN_FILENO, &c, 1);
    if (count < 0 && errno == EINTR) {
      show_prompt(prompt);
    } else if (count <= 0) {
      show_prompt("\n");
      return std::nullopt;
    } else {
      line += c;
    }
  }
  prompt_was_answered();
  return std::string(trimmed(line));
}

}  // namespace lesson
