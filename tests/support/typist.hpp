#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "support/run.hpp"
#include "support/settings.hpp"
#include "support/step.hpp"
#include "support/terminal.hpp"

/// A program with a pseudo terminal of its own, run by a child of this process, and the person at the terminal.
class Typist {
 public:
  Typist(const std::vector<lesson::Step>& steps, const std::vector<std::string>& flags = {},
         int columns = 100, int rows = 40)
      : Typist([&] { return run(steps, flags); }, columns, rows) {}
  /// `program` gives the exit status.
  explicit Typist(const std::function<int()>& program, int columns = 100, int rows = 40)
      : master_(posix_openpt(O_RDWR | O_NOCTTY)) {
    if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0) return;
    const std::string name = ptsname(master_);
    std::cout.flush();  // else the child would write what waits there too
    std::fflush(nullptr);
    child_ = fork();
    if (child_ == 0) {
      close(master_);
      setsid();
      const int terminal = open(name.c_str(), O_RDWR);
      ioctl(terminal, TIOCSCTTY, 0);  // where opening it alone does not make it ours
      winsize size{static_cast<unsigned short>(rows), static_cast<unsigned short>(columns), 0, 0};
      ioctl(terminal, TIOCSWINSZ, &size);
      for (int stream : {0, 1, 2}) dup2(terminal, stream);
      for (const char* variable : {"COLUMNS", "CLICOLOR_FORCE", "LESSON_RECORD"}) unsetenv(variable);
      setenv("TERM", "xterm", 1);
      setenv("NO_COLOR", "1", 1);
      _exit(program());
    }
    tcgetattr(master_, &before_);
  }
  ~Typist() {
    if (child_ > 0 && !ended_) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
    if (master_ >= 0) close(master_);
  }
  Typist(const Typist&) = delete;

  bool ready() const {
    if (child_ <= 0) MESSAGE("no pseudo terminal to be had: not tested");
    return child_ > 0;
  }

  /// Reads on until the text comes; what came, up to its end. Fails where the program ends before, or nothing
  /// comes for a minute.
  std::string see(const std::string& text) {
    std::size_t found = unread_.find(text);
    while (found == std::string::npos && read_more()) found = unread_.find(text);
    if (found == std::string::npos) {
      INFO("came: ", unread_);
      FAIL_CHECK("this did not come: " << text);
      return "";
    }
    const std::string seen = unread_.substr(0, found + text.size());
    unread_.erase(0, seen.size());
    return seen;
  }

  void type(const std::string& keys) {
    REQUIRE(write(master_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }

  /// All that is left to read; then the exit status, or -1 when a signal ended it.
  std::string rest() {
    while (read_more()) continue;
    int status = 0;
    waitpid(child_, &status, 0);
    ended_ = true;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return unread_;
  }
  int status() const { return status_; }

  /// As Ctrl-Z and fg do.
  void stop_and_continue() {
    kill(child_, SIGSTOP);
    waitpid(child_, nullptr, WUNTRACED);
    kill(child_, SIGCONT);
  }

  bool terminal_is_as_before() const {
    termios now{};
    tcgetattr(master_, &now);
    return now.c_lflag == before_.c_lflag && now.c_iflag == before_.c_iflag && now.c_oflag == before_.c_oflag;
  }

 private:
  static int run(const std::vector<lesson::Step>& steps, std::vector<std::string> flags) {
    lesson::steps() = steps;
    lesson::settings() = {};
    flags.insert(flags.begin(), "lesson");
    std::vector<char*> words;
    for (std::string& flag : flags) words.push_back(flag.data());
    return lesson::finished("lesson", lesson::run(static_cast<int>(words.size()), words.data()));
  }

  // A terminal ends its lines in \r\n; the \r is left out.
  bool read_more() {
    pollfd waiting{master_, POLLIN, 0};
    char part[4096];
    if (poll(&waiting, 1, 60'000) != 1) {
      kill(child_, SIGKILL);  // it waits for what nobody will type
      return false;
    }
    const ssize_t count = read(master_, part, sizeof part);  // an error where the child has gone
    for (ssize_t i = 0; i < count; ++i)
      if (part[i] != '\r') unread_ += part[i];
    return count > 0;
  }

  int master_ = -1, status_ = 0;
  pid_t child_ = 0;
  bool ended_ = false;
  termios before_{};
  std::string unread_;
};
