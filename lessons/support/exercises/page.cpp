#include "support/exercises/page.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "support/terminal.hpp"
#include "support/text.hpp"

namespace exercises {
namespace {

using lesson::styled, lesson::Style;

// Where the text of a line that the compiler quotes begins, "   12 | text" or "      |  ^": behind the bar. 0 in
// any other line. `numbered` says which of them it is.
std::size_t margin_of(std::string_view line, bool& numbered) {
  const std::size_t bar = line.find_first_not_of(" 0123456789");
  if (bar == std::string_view::npos || bar == 0 || line[bar] != '|' || line[bar - 1] != ' ') return 0;
  const std::string_view number = lesson::trimmed(line.substr(0, bar));
  numbered = !number.empty();
  return number.find(' ') == std::string_view::npos ? bar + 2 : 0;
}

// As many characters of a text from one on.
std::string characters(std::string_view text, std::size_t from, std::size_t count) {
  std::string part;
  std::size_t at = 0;  // of the character that comes next
  for (const char c : text) {
    at += (c & 0xc0) != 0x80;
    if (at > from && at <= from + count) part += c;
  }
  return part;
}

// Code and the mark below it, moved to the left so far that the mark is seen.
std::string quoted(const std::string& code, const std::string& mark, std::size_t margin, int width) {
  const int room = std::max(width - static_cast<int>(margin), 10),
            marked = lesson::visible_width(mark) - static_cast<int>(margin),
            skipped = marked > room ? marked - room + 8 : 0;
  std::string text;
  for (const std::string& line : {code, mark})
    if (!line.empty())
      text += line.substr(0, margin) +
              characters(line.substr(std::min(margin, line.size())), static_cast<std::size_t>(skipped),
                         static_cast<std::size_t>(room)) +
              "\n";
  return text;
}

// A paragraph of a hint is one line: the files break it near column 100.
std::string rejoined(const std::string& text) {
  std::string joined;
  bool goes_on = false;
  for (const std::string& line : lesson::lines_of(text)) {
    joined += joined.empty() ? "" : goes_on && !line.empty() && line[0] != ' ' ? " " : "\n";
    joined += line;
    goes_on = line.size() > 99 && std::string_view(";:{}").find(line.back()) == std::string_view::npos;
  }
  return joined;
}

std::string verdict_line(const judge::Verdict& verdict) {
  if (verdict.word == "TODO") return styled(Style::fail, "TO DO");
  if (verdict.word == "COMPILE")
    return styled(Style::fail, "RED: it does not compile.") + " The compiler says:";
  if (verdict.word == "REFUSED") return styled(Style::fail, "RED: this cannot be taken as an answer.");
  const bool green = verdict.word == "PASS";
  return styled(green ? Style::pass : Style::fail,
                fmt::format("{}: {} of {} tests pass.", green ? "GREEN" : "RED", verdict.passed,
                            verdict.tests));
}

// The first 40 lines.
std::string beginning(const std::string& text) {
  std::size_t end = 0;
  for (int lines = 0; lines < 40 && end < text.size(); ++lines)
    end = std::min(text.find('\n', end), text.size() - 1) + 1;
  return text.substr(0, end);
}

std::string cells(const std::string& number, const std::string& title, const std::string& kind,
                  const std::string& lesson, const std::string& minutes, const std::string& state) {
  const std::string line =
      fmt::format("{:<2}  {:<38}  {:<11}  {:<6}  {:>7}  {}", number, title, kind, lesson, minutes, state);
  return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

}  // namespace

int page_width() { return isatty(STDOUT_FILENO) ? std::max(lesson::columns(), 20) : 0; }

int page_height() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

std::vector<std::string> pages_of(const std::string& table, int height) {
  if (height < 2) return {table};
  const std::size_t head = table.find('\n') + 1;
  std::vector<std::string> pages;
  for (std::size_t begin = head; begin < table.size() || pages.empty();) {
    std::size_t end = begin;
    for (int line = 1; line < height && end < table.size(); ++line)
      end = std::min(table.find('\n', end), table.size() - 1) + 1;
    pages.push_back(table.substr(0, head) + table.substr(begin, end - begin));
    begin = end;
  }
  return pages;
}

std::string fitted(std::string_view text, int width) {
  if (width == 0) return std::string(text);
  std::string out, code;
  std::size_t margin = 0;
  const auto flush = [&](const std::string& mark) {
    if (!code.empty() || !mark.empty()) out += quoted(code, mark, margin, width);
    code.clear();
  };
  std::vector<std::string> lines = lesson::lines_of(text);
  const bool ended = lines.back().empty();
  if (ended) lines.pop_back();
  for (const std::string& line : lines) {
    bool numbered = false;
    const std::size_t here = margin_of(line, numbered);
    if (here > 0 && !numbered) {
      if (code.empty()) margin = here;
      flush(line);
      continue;
    }
    flush("");
    margin = here;
    if (here > 0)
      code = line;
    else
      out += lesson::wrapped(line, width) + "\n";
  }
  flush("");
  if (!ended) out.pop_back();
  return out;
}

std::string title_of(const Exercise& exercise) {
  return styled(Style::strong, exercise.number + "  " + exercise.about("title"));
}

std::string opening(const Exercise& exercise) {
  return fmt::format("{}   ({}, about {} minutes)\n    edit   {}\n    read   {}\n    needs  {}\n\n",
                     title_of(exercise), exercise.about("kind"), exercise.about("minutes"), exercise.answer,
                     exercise.about("lesson"), exercise.about("needs"));
}

std::string told(const Exercise& exercise, const judge::Verdict& verdict, const std::string& report,
                 int width) {
  const std::string shown = beginning(verdict.text);
  std::string text = verdict_line(verdict) + "\n";
  if (verdict.word == "PASS") {
    text += shown + "Why it works:\n";
    for (const std::string& why : exercise.lines("why")) text += fitted("  " + why, width) + "\n";
    return text;
  }
  text += "\n" + fitted(shown, width);
  return shown == verdict.text ? text : text + fmt::format("(the rest is in {})\n", report);
}

std::string hint_text(const Exercise& exercise, int level, int width) {
  std::string text = exercise.hint(level);
  if (text.ends_with("\n\n")) text.pop_back();
  return width > 0 && text.ends_with('\n') ? fitted(rejoined(text.substr(0, text.size() - 1)), width) + "\n"
                                           : text;
}

std::string row_heading() {
  return lesson::styled(Style::strong, cells("N", "exercise", "kind", "lesson", "minutes", "state"));
}

std::string row(const Exercise& exercise, const std::string& state) {
  std::string lesson = exercise.about("lesson");
  if (const std::size_t digit = lesson.find_first_of("0123456789"); digit != std::string::npos)
    lesson = lesson.substr(digit, lesson.find_first_not_of("0123456789", digit) - digit);
  return cells(exercise.number, exercise.about("title"), exercise.about("kind"), lesson,
               exercise.about("minutes"), state);
}

std::string bar(int done, int all) {
  const int width = 30, filled = all > 0 ? (done * width + all - 1) / all : 0;
  return fmt::format("[{:#<{}}{:-<{}}] {} of {} done\n", "", filled, "", width - filled, done, all);
}

}  // namespace exercises
