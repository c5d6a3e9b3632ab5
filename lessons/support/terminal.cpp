#include "support/terminal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <utility>

namespace lesson {
namespace {

bool colour_forbidden = false, plain = false;
constexpr int widest = 88;
bool mute_on = false;
int line_ends = 2;        // at the end of what was written
int line_ends_shown = 2;  // the same of what stands on the screen, while muted
Capture* capture = nullptr;
void (*turn_page)() = nullptr;
std::ptrdiff_t page_lines = 0;  // since the last prompt
bool status_stands = false;
int write_error = 0;  // why the first write failed

bool set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

bool obeys_codes(int descriptor) {
  const char* term = std::getenv("TERM");
  return isatty(descriptor) && term && std::string_view(term) != "dumb";
}

bool colour() {
  if (colour_forbidden || set("NO_COLOR")) return false;
  return set("CLICOLOR_FORCE") || obeys_codes(STDOUT_FILENO);
}

const char* code_of(Style style) {  // bold, dim and the 16 colours: readable on light and on dark
  switch (style) {
    case Style::heading:
      return "\033[1;34m";
    case Style::dim:
      return "\033[2m";
    case Style::code:
      return "\033[36m";
    case Style::strong:
      return "\033[1m";
    case Style::pass:
      return "\033[32m";
    case Style::fail:
      return "\033[1;31m";
    case Style::plain:
      break;
  }
  return "";
}

winsize terminal_size(int descriptor) {  // 0 where nobody knows
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size : winsize{};
}

int terminal_columns(int descriptor) {
  const int columns = terminal_size(descriptor).ws_col;
  return columns > 0 ? columns : 80;
}

void make_room(std::string_view text) {
  const int rows = terminal_size(STDOUT_FILENO).ws_row;
  const bool begins =
      line_ends > 0 && page_lines > 0 && text.find_first_not_of('\n') != std::string_view::npos;
  if (begins && rows > 0 && page_lines + std::count(text.begin(), text.end(), '\n') > rows - 2) turn_page();
}

void print(std::string_view text) {
  std::cout << text << std::flush;
  if (!std::cout && write_error == 0) write_error = errno;
}

}  // namespace

std::string styled(Style style, std::string_view text) {
  if (style == Style::plain || text.empty() || !colour()) return std::string(text);
  return code_of(style) + std::string(text) + "\033[0m";
}

void forbid_colour() { colour_forbidden = true; }

void be_plain() { colour_forbidden = plain = true; }

int columns() {
  const char* given = std::getenv("COLUMNS");
  int wanted = 0;  // also where the variable holds no number
  if (given) std::from_chars(given, given + std::strlen(given), wanted);
  return wanted > 0 ? wanted : terminal_columns(STDOUT_FILENO);
}

int text_width() { return plain ? widest : std::clamp(columns(), 20, widest); }

void write(std::string_view text) {
  if (mute_on && !capture) return;
  show_status("");
  if (turn_page && !mute_on) make_room(text);
  while (text.starts_with('\n') && line_ends >= 2) text.remove_prefix(1);  // one blank line is enough
  const std::size_t last = text.find_last_not_of('\n');
  const int ends = static_cast<int>(text.size() - (last == std::string_view::npos ? 0 : last + 1));
  line_ends = last == std::string_view::npos ? line_ends + ends : ends;
  if (capture) capture->add(text);
  if (mute_on) return;
  print(text);
  page_lines += std::count(text.begin(), text.end(), '\n');
}

void show_prompt(std::string_view text) {
  show_status("");
  print(text);
  line_ends = text.ends_with('\n') ? 1 : 0;
}

void prompt_was_answered() {
  line_ends = 1;
  page_lines = 0;
}

Pages::Pages(void (*turn)()) {
  turn_page = turn;
  page_lines = 0;
}
Pages::~Pages() { turn_page = nullptr; }

Capture::Capture() : outer_(std::exchange(capture, this)) {}
Capture::~Capture() { capture = outer_; }

void hold_standard_streams() {
  // Opened the wrong way round: using one is still an error.
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(stream, F_GETFD) < 0) open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int finished(std::string_view program, int status) {
  errno = 0;
  const bool written = std::fflush(stdout) == 0 && !std::ferror(stdout) && std::cout.flush().good();
  const int reason = write_error ? write_error : errno;
  if (written) return status;
  complain(fmt::format("{}: cannot write all of the output{}{}", program, reason ? ": " : "",
                       reason ? std::strerror(reason) : ""));
  return status == 0 ? 1 : status;
}

void complain(const std::string& line) { std::fputs((line + "\n").c_str(), stderr); }

void mute(bool on) {
  if (on && !mute_on) line_ends_shown = line_ends;
  if (!on && mute_on) line_ends = line_ends_shown;
  mute_on = on;
}
bool muted() { return mute_on; }

bool status_shows() { return !mute_on && !plain && obeys_codes(STDERR_FILENO); }

int status_width() { return terminal_columns(STDERR_FILENO) - 1; }  // the last column would begin a new line

void show_status(std::string_view line) {
  if (line.empty() ? !status_stands : !status_shows() || line_ends == 0) return;  // 0: text stands there
  std::fprintf(stderr, "\r%.*s\033[K", static_cast<int>(line.size()), line.data());
  std::fflush(stderr);
  status_stands = !line.empty();
}

}  // namespace lesson
