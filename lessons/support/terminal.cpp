#include "support/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace lesson {
namespace {

bool colour_forbidden = false;
bool muted = false;
int line_ends = 2;  // at the end of what was written

bool set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

bool colour() {
  if (colour_forbidden || set("NO_COLOR")) return false;
  if (set("CLICOLOR_FORCE")) return true;
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) && term && std::string_view(term) != "dumb";
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

int terminal_columns() {
  if (const char* columns = std::getenv("COLUMNS"))
    if (int n = std::atoi(columns); n > 0) return n;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace

std::string styled(Style style, std::string_view text) {
  if (style == Style::plain || text.empty() || !colour()) return std::string(text);
  return code_of(style) + std::string(text) + "\033[0m";
}

void forbid_colour() { colour_forbidden = true; }

int text_width() { return std::clamp(terminal_columns(), 20, 88); }

void write(std::string_view text) {
  if (muted) return;
  while (text.starts_with('\n') && line_ends >= 2) text.remove_prefix(1);  // one blank line is enough
  const std::size_t last = text.find_last_not_of('\n');
  const int ends = static_cast<int>(text.size() - (last == std::string_view::npos ? 0 : last + 1));
  line_ends = last == std::string_view::npos ? line_ends + ends : ends;
  std::cout << text << std::flush;
}

void mute(bool on) { muted = on; }

}  // namespace lesson
