#include "support/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "support/terminal.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

Progress* innermost = nullptr;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool time_to_draw(double now) {
  static double drawn_at = 0;  // for all of them, so that short loops inside do not draw more often
  if (now - drawn_at < 0.1) return false;
  drawn_at = now;
  return true;
}

std::string duration(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 90 * 60) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string count(const Loop& loop) {
  if (loop.total < 1) return fmt::format("{}", loop.done);
  const std::string total = fmt::format("{}", loop.total);
  return fmt::format("{:>{}}/{}", loop.done, total.size(), total);
}

}  // namespace

Progress::Progress(std::string label, int total)
    : label_(std::move(label)),
      total_(total),
      start_(seconds_now()),
      last_look_(start_),
      outer_(std::exchange(innermost, this)) {
  if (!status_shows())
    next_look_ = std::numeric_limits<std::int64_t>::max();
  else if (time_to_draw(start_))
    draw("");
}

Progress::~Progress() {
  innermost = outer_;
  if (!outer_) show_status("");
}

bool Progress::look() {
  const double now = seconds_now();
  // Reading the clock costs more than counting, so where rounds are short most of them do not.
  stride_ = now - last_look_ < 0.01 ? std::min<std::int64_t>(2 * stride_, 32) : 1;
  last_look_ = now;
  next_look_ = done_ + stride_;
  return time_to_draw(now);
}

void Progress::draw(const std::string& note) const {
  std::vector<Loop> loops;
  double start = start_;
  for (const Progress* loop = this; loop; loop = loop->outer_) {
    loops.push_back({loop->label_, loop->done_, loop->total_});
    start = loop->start_;
  }
  std::reverse(loops.begin(), loops.end());
  show_status(progress_line(loops, note, seconds_now() - start, status_width()));
}

std::string progress_line(const std::vector<Loop>& loops, const std::string& note, double seconds,
                          int width) {
  double share = 0;  // of all the work; a round of an outer loop counts by how far the loop inside is
  for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop)
    share = loop->total < 1
                ? 0
                : std::min(1.0, (static_cast<double>(loop->done) + share) / static_cast<double>(loop->total));
  std::string head;
  for (const Loop& loop : loops) head += fmt::format("{}  {}  ", loop.label, count(loop));
  std::string time = seconds < 10 ? fmt::format("{:.1f} s", seconds) : duration(seconds);
  if (seconds >= 1 && share > 0 && share < 1)
    time += fmt::format(", about {} left", duration(std::ceil(seconds * (1 - share) / share)));
  std::string line = head + (note.empty() ? "" : note + "  ") + time;
  if (visible_width(line) > width) line = head + time;
  std::replace(line.begin(), line.end(), '\n', ' ');
  return shortened(line, width);
}

}  // namespace lesson
