// A line on the terminal that says how far a long loop has come.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "support/say.hpp"

namespace lesson {

/// Shows how far a loop has come, on stderr and only where that is a terminal; nothing stays behind at the
/// end. With a Progress inside the loop of another, both stand in the line.
///   lesson::Progress progress("training", steps);
///   for (...) progress.step("loss {:.3g}", loss);  // training   40/200  loss 0.012  3.2 s, about 13 s left
class Progress {
 public:
  /// A total of 0: not known.
  explicit Progress(std::string label, int total = 0);
  ~Progress();
  Progress(const Progress&) = delete;  // a loop inside holds the address

  /// One round is done. The text is only made when it is shown, ten times a second at most.
  template <class... Args>
  void step(Format<Args...> text, const Args&... args) {
    if (due()) draw(detail::text_of(text, fmt::make_format_args(detail::plain(args)...)));
  }
  void step() { step(""); }

 private:
  bool due() { return ++done_ >= next_look_ && look(); }
  bool look();
  void draw(const std::string& note) const;

  std::string label_;
  std::int64_t total_, done_ = 0, next_look_ = 1, stride_ = 1;
  double start_, last_look_;  // seconds
  Progress* outer_;
};

/// One running loop, as the line shows it.
struct Loop {
  std::string label;
  std::int64_t done, total;
};

/// The line: the loops from the outermost in, a note, the seconds since the start and about those left. Where
/// that is too wide the note goes, and then the end.
std::string progress_line(const std::vector<Loop>& loops, const std::string& note, double seconds, int width);

}  // namespace lesson
