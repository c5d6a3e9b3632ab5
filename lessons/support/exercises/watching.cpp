#include "support/exercises/watching.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/exercises/file_events.hpp"
#include "support/exercises/judging.hpp"
#include "support/exercises/loop.hpp"
#include "support/exercises/page.hpp"
#include "support/exercises/report.hpp"
#include "support/terminal.hpp"
#include "support/text.hpp"

namespace exercises {
namespace {

volatile sig_atomic_t changed = 0;  // the terminal's size; or the program was stopped and goes on
void note_change(int) { changed = 1; }

// The terminal, which gives each key at once and does not show it.
class Terminal {
 public:
  Terminal() {
    tcgetattr(STDIN_FILENO, &before_);
    give_keys();
    struct sigaction action {};
    action.sa_handler = note_change;
    for (const int signal : {SIGCONT, SIGWINCH}) sigaction(signal, &action, nullptr);
  }
  ~Terminal() {
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
    lesson::show_prompt("\033[?25h\n");
  }
  Terminal(const Terminal&) = delete;

  void give_keys() const {
    termios keys = before_;
    keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &keys);
  }

 private:
  termios before_{};
};

class Watching {
 public:
  Watching(const Learner& learner, const Exercise& exercise)
      : learner_(learner), at_(&exercise), events_({learner.places().here, learner.places().tests}) {}

  int run() {
    while (look()) {
      if (changed) {
        changed = 0;  // before drawing: what changes meanwhile is drawn again
        terminal_.give_keys();
        draw_ = true;
      }
      if (draw_) draw();
      const std::vector<bool> news =
          wait_for({STDIN_FILENO, events_.descriptor(), task_ ? task_->descriptor() : -1}, 1000);
      if (news[1]) events_.take();
      if (news[0] && !key()) return 0;
    }
    return 1;
  }

 private:
  // Begins to judge where the answer is another than that of the last look, and takes what was judged. False
  // when it cannot be judged.
  bool look() {
    const std::string now = judge::fingerprint(at_->answer, at_->test);
    if (now != seen_) {
      task_.reset();
      seen_ = now;
      list_ = false;
      last_line_ = verdict_ ? "Saved; looking again .." : "Looking ..";
      if (!take_verdict()) {
        task_ = start_judging(learner_.places(), *at_);
        if (verdict_)
          show_last_line();
        else
          draw_ = true;
      }
    }
    if (!task_) return true;
    if (task_->running()) {
      if (task_->printed().empty()) return true;
      const std::vector<std::string> lines = lesson::lines_of(lesson::trimmed(task_->printed()));
      last_line_ = lines.back();  // what make does
      show_last_line();
      return true;
    }
    if (!finish(*task_, true)) return false;
    task_.reset();
    if (!take_verdict()) seen_.clear();  // saved again, as it was before: nobody knows what was judged
    return true;
  }

  bool take_verdict() {
    const std::optional<judge::Verdict> verdict = at_->verdict();
    if (!verdict) return false;
    verdict_ = verdict;
    draw_ = true;
    return true;
  }

  // False for q, and when there are no more keys.
  bool key() {
    char key = 0;
    if (read(STDIN_FILENO, &key, 1) != 1 || key == 'q') return false;
    if (list_ && key == 'n') {
      ++page_;
      draw_ = true;
    } else if (const Exercise* next = next_offered(); key == 'n' && next) {
      at_ = &learner_.pick(next->name);
      verdict_.reset();
      seen_.clear();
    } else if (key == 'h' && hint_offered()) {
      learner_.set_hints_shown(*at_, learner_.hints_shown(*at_) + 1);
      draw_ = true;
    } else if (key == 'l') {
      list_ = !list_;
      page_ = 0;
      draw_ = true;
    }
    return true;
  }

  bool is_green() const { return verdict_ && verdict_->word == "PASS"; }
  const Exercise* next_offered() const { return is_green() && !task_ ? learner_.next_after(at_) : nullptr; }
  bool hint_offered() const { return !list_ && !is_green() && learner_.hints_shown(*at_) < 3; }

  void draw() {
    const std::vector<std::string> pages =
        list_ ? pages_of(learner_.table(), page_height() - 4) : std::vector<std::string>{};
    std::string text = list_      ? pages[page_ % pages.size()]
                       : verdict_ ? page_of(learner_, *at_, *verdict_, true)
                                  : opening(*at_),
                keys = list_ ? "l: back   q: quit" : "l: list   q: quit";
    if (!list_ && !is_green()) {
      for (int level = 1; level <= learner_.hints_shown(*at_); ++level)
        text += fmt::format("\n{}\n{}", lesson::styled(lesson::Style::strong, fmt::format("Hint {}", level)),
                            hint_text(*at_, level, page_width()));
      if (hint_offered()) keys = "h: hint   " + keys;
      keys += "   (save the file: it looks again)";
    }
    if (pages.size() > 1)
      keys = fmt::format("n: page {} of {}   {}", (page_ + 1) % pages.size() + 1, pages.size(), keys);
    if (!list_ && next_offered()) keys = "n: next   " + keys;
    lesson::show_prompt("\033[?25l\033[H\033[2J\033[3J" + text + "\n" + learner_.bar_of_all() + "\n");
    if (!task_) last_line_ = keys;
    show_last_line();
    draw_ = false;
  }

  void show_last_line() const {
    lesson::show_prompt("\r\033[K" + lesson::shortened(last_line_, std::max(page_width() - 1, 10)));
  }

  const Learner& learner_;
  const Exercise* at_;
  const Terminal terminal_;
  const FileEvents events_;
  std::unique_ptr<Task> task_;
  std::optional<judge::Verdict> verdict_;  // which is shown
  std::string seen_, last_line_;
  std::size_t page_ = 0;  // of the list
  bool list_ = false, draw_ = false;
};

}  // namespace

int watch_terminal(const Learner& learner, const Exercise& exercise) {
  return Watching(learner, exercise).run();
}

}  // namespace exercises
