#include "support/progress.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <regex>
#include <thread>

#include "../support.hpp"
#include "support/terminal.hpp"

namespace {

/// Stands a terminal in for stdout and stderr, until it is asked what came. Its columns are 60.
class Terminal {
 public:
  explicit Terminal(const char* term = "xterm") {
    master_ = posix_openpt(O_RDWR | O_NOCTTY);
    if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0) return;
    const int slave = open(ptsname(master_), O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (slave < 0) return;
    winsize size{24, 60, 0, 0};
    ioctl(slave, TIOCSWINSZ, &size);
    if (const char* old = std::getenv("TERM")) term_ = old;
    setenv("TERM", term, 1);
    std::fflush(stdout);
    for (int i : {0, 1}) {
      kept_[i] = dup(i + 1);
      dup2(slave, i + 1);
    }
    close(slave);
    ready_ = true;
  }
  ~Terminal() {
    restore();
    if (master_ >= 0) close(master_);
  }
  bool ready() const {
    if (!ready_) MESSAGE("no pseudo terminal to be had: not tested");
    return ready_;
  }

  /// All that was written to it; what comes now goes elsewhere again.
  std::string text() {
    fcntl(master_, F_SETFL, O_NONBLOCK);
    std::string all;
    char buffer[4096];
    for (ssize_t n; (n = read(master_, buffer, sizeof buffer)) > 0;)
      all.append(buffer, static_cast<std::size_t>(n));
    restore();
    return all;
  }

 private:
  void restore() {
    if (!ready_) return;
    for (int i : {0, 1}) {
      dup2(kept_[i], i + 1);
      close(kept_[i]);
    }
    if (term_)
      setenv("TERM", term_->c_str(), 1);
    else
      unsetenv("TERM");
    ready_ = false;
  }

  int master_ = -1, kept_[2] = {};
  std::optional<std::string> term_;
  bool ready_ = false;
};

std::string without_times(const std::string& text) {
  return std::regex_replace(text, std::regex("[0-9.]+ s(, about [0-9.]+ s left)?"), "TIME");
}

void wait_to_draw() { std::this_thread::sleep_for(std::chrono::milliseconds(120)); }

}  // namespace

TEST_CASE("progress: the text of a line") {
  using lesson::progress_line;
  CHECK(progress_line({{"training H=100  seed 2", 40, 200}}, "loss 0.0123", 3.2, 100) ==
        "training H=100  seed 2   40/200  loss 0.0123  3.2 s, about 13 s left");
  CHECK(progress_line({{"training", 0, 200}}, "", 3.2, 100) == "training    0/200  3.2 s");
  CHECK(progress_line({{"training", 40, 200}}, "", 0.2, 100) == "training   40/200  0.2 s");
  CHECK(progress_line({{"training", 200, 200}}, "", 12.3, 100) == "training  200/200  12 s");
  CHECK(progress_line({{"training", 300, 200}}, "", 12.3, 100) == "training  300/200  12 s");
  CHECK(progress_line({{"reading", 40, 0}}, "", 95, 100) == "reading  40  2 min");
  CHECK(progress_line({{"training", 1, 101}}, "", 90, 100) == "training    1/101  2 min, about 2.5 h left");
  // One seed of four and half of the second: 3/8 of the work.
  CHECK(progress_line({{"seeds", 1, 4}, {"training", 50, 100}}, "", 6, 100) ==
        "seeds  1/4  training   50/100  6.0 s, about 10 s left");
  CHECK(progress_line({{"seeds", 1, 4}, {"training", 150, 100}}, "", 6, 100) ==
        "seeds  1/4  training  150/100  6.0 s, about 6 s left");
  CHECK(progress_line({{"seeds", 1, 4}, {"training", 50, 0}}, "", 6, 100) ==
        "seeds  1/4  training  50  6.0 s, about 18 s left");
}

TEST_CASE("progress: a line that is too wide loses its note, then its end") {
  using lesson::progress_line;
  CHECK(progress_line({{"größe", 1, 2}}, "loss 0.0123", 0.5, 30) == "größe  1/2  loss 0.0123  0.5 s");
  CHECK(progress_line({{"größe", 1, 2}}, "loss 0.0123", 0.5, 29) == "größe  1/2  0.5 s");
  CHECK(progress_line({{"größe", 1, 2}}, "loss 0.0123", 0.5, 10) == "größe  ...");
  CHECK(progress_line({{"größe", 1, 2}}, "", 0.5, 6) == "grö...");
  CHECK(progress_line({{"a\nb", 1, 2}}, "c\nd", 0.5, 40) == "a b  1/2  c d  0.5 s");
}

TEST_CASE("progress: on a terminal the line is drawn in place and leaves nothing") {
  Terminal terminal;
  if (!terminal.ready()) return;
  wait_to_draw();
  {
    lesson::Progress progress("training", 20);
    wait_to_draw();
    progress.step("loss {:.1f}", 0.25);
  }
  CHECK(without_times(terminal.text()) ==
        "\rtraining   0/20  TIME\033[K\rtraining   1/20  loss 0.2  TIME\033[K\r\033[K");
}

TEST_CASE("progress: at most ten lines a second, none wider than the terminal") {
  Terminal terminal;
  if (!terminal.ready()) return;
  wait_to_draw();
  const auto start = std::chrono::steady_clock::now();
  double seconds = 0, last = 0;
  int times_due = 0;  // on a busy machine a second may pass between two steps
  {
    lesson::Progress progress(std::string(100, 'x'));
    for (int rounds = 0; times_due < 3 || rounds < 1000; ++rounds) {
      progress.step();
      seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      if (seconds - last > 0.11) last = seconds, ++times_due;
    }
  }
  const std::string text = terminal.text();
  const auto lines = std::count(text.begin(), text.end(), '\r');
  CHECK(lines >= 3);
  CHECK(lines <= 2 + seconds / 0.1);  // the first at once, and the one that erases
  CHECK(text.substr(0, 63) == "\r" + std::string(56, 'x') + "...\033[K");
}

TEST_CASE("progress: what a lesson writes takes the line's place") {
  Terminal terminal;
  if (!terminal.ready()) return;
  wait_to_draw();
  {
    lesson::Progress progress("seeds", 2);
    lesson::write("a line\n");
    lesson::write("half of ");
    wait_to_draw();
    progress.step();  // would overwrite what stands there
    lesson::write("another\n");
    wait_to_draw();
    progress.step();
  }
  lesson::write("the end\n");
  CHECK(without_times(terminal.text()) ==
        "\rseeds  0/2  TIME\033[K\r\033[Ka line\r\nhalf of another\r\n"
        "\rseeds  2/2  TIME\033[K\r\033[Kthe end\r\n");
}

TEST_CASE("progress: a loop inside another stands beside it") {
  Terminal terminal;
  if (!terminal.ready()) return;
  wait_to_draw();
  {
    lesson::Progress seeds("seeds", 2);
    for (int seed = 0; seed < 2; ++seed) {
      lesson::Progress training("training", 1);
      wait_to_draw();
      training.step("loss {}", seed);
      seeds.step();
    }
  }
  const std::string all = terminal.text(), text = without_times(all), erased = "\r\033[K";
  CHECK(text.starts_with("\rseeds  0/2  TIME\033[K"));
  CHECK(text.find("\rseeds  0/2  training  1/1  loss 0  TIME\033[K") != std::string::npos);
  CHECK(text.ends_with("\rseeds  1/2  training  1/1  loss 1  TIME\033[K" + erased));
  CHECK(text.find(erased) == text.size() - erased.size());
  CHECK(std::stod(all.substr(all.rfind("loss 1") + 6)) >= 0.2);  // since the outer loop began
}

TEST_CASE("progress: nothing while muted, on a dumb terminal, or where stderr is none") {
  const auto loop = [] {
    wait_to_draw();
    lesson::Progress progress("training", 2);
    wait_to_draw();
    progress.step("loss {}", 1);
  };
  {
    Terminal terminal;
    lesson::mute(true);
    loop();
    lesson::mute(false);
    CHECK(terminal.text() == "");
  }
  {
    Terminal terminal("dumb");
    loop();
    CHECK(terminal.text() == "");
  }
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const int kept = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  loop();
  dup2(kept, STDERR_FILENO);
  close(kept);
  close(ends[1]);
  char byte;
  CHECK(read(ends[0], &byte, 1) == 0);
  close(ends[0]);
}
