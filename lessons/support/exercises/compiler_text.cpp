#include "support/exercises/compiler_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <sstream>

namespace judge {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  Lines lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

struct Place {
  std::string file;
  int line = 0, column = 0;
  std::string rest;  // what follows "file:line:column: "
};

// Reads "./file:12:5: rest" or "file:12: rest"; line 0 where it is something else.
Place place_of(const std::string& line) {
  Place place;
  // Files have colons too: take the first that a number and another colon follow.
  for (std::size_t colon = line.find(':'); colon != std::string::npos; colon = line.find(':', colon + 1)) {
    char* end = nullptr;
    const long number = std::strtol(line.c_str() + colon + 1, &end, 10);
    if (number <= 0 || *end != ':') continue;
    place.file = line.substr(line.starts_with("./") ? 2 : 0, colon - (line.starts_with("./") ? 2 : 0));
    place.line = static_cast<int>(number);
    char* after = nullptr;
    const long column = std::strtol(end + 1, &after, 10);
    if (column > 0 && *after == ':') {
      place.column = static_cast<int>(column);
      end = after;
    }
    place.rest = *(end + 1) == ' ' ? end + 2 : end + 1;
    break;
  }
  return place;
}

bool is_error(const Place& place) {
  return place.rest.starts_with("error: ") || place.rest.starts_with("fatal error: ");
}
bool is_message(const Place& place) {
  return is_error(place) || place.rest.starts_with("warning: ") || place.rest.starts_with("note: ");
}

// An error that a beginner makes, in a sentence of ours.
struct Sentence {
  const char *said, *plain;
};
constexpr std::array<Sentence, 3> sentences = {{
    {"no return statement in function returning non-void",
     "a function ends without a return. Each way through it ends in `return value;`"},
    {"control reaches end of non-void function",
     "a function ends without a return. Each way through it ends in `return value;`"},
    {"non-void function does not return a value",
     "a function ends without a return. Each way through it ends in `return value;`"},
}};

// The inline namespace of the double library, which a learner has not written.
std::string plain(std::string message) {
  const std::string hidden = "real_double::";
  for (std::size_t at = 0; (at = message.find(hidden, at)) != std::string::npos;)
    message.erase(at, hidden.size());
  constexpr std::size_t most = 300;
  if (message.size() > most) message = message.substr(0, most) + " ...";
  for (const Sentence& sentence : sentences)
    if (message.find(sentence.said) != std::string::npos) return std::string("error: ") + sentence.plain;
  return message;
}

// Tabs as the compiler counts and shows them.
std::string spaced(const std::string& line) {
  std::string shown;
  for (const char c : line) shown += c == '\t' ? std::string(8 - shown.size() % 8, ' ') : std::string(1, c);
  return shown;
}

// The line, the one before and the one after, and a mark, which the compiler drew or the column gives.
std::string excerpt(const Lines& source, int line, int column, std::string mark) {
  std::string shown;
  const auto number = static_cast<std::size_t>(line);
  if (number > source.size()) return shown;
  if (mark.empty() && column > 0) {
    const std::string before = source[number - 1].substr(0, static_cast<std::size_t>(column) - 1);
    mark = std::string(spaced(before).size(), ' ') + "^";
  }
  for (std::size_t i = number > 1 ? number - 1 : 1; i <= std::min(number + 1, source.size()); ++i) {
    shown += fmt::format("{:5} | {}\n", i, spaced(source[i - 1]));
    if (i == number && !mark.empty()) shown += fmt::format("      | {}\n", mark);
  }
  return shown;
}

// The mark in the lines after a message: "      |   ^~~" under "   12 | code" (g++), or "  ^~~" under the
// code (clang++).
std::string mark_after(const Lines& text, std::size_t message) {
  for (std::size_t i = message + 2; i < std::min(message + 3, text.size()); ++i) {
    std::string mark = text[i];
    const std::size_t bar = mark.find_first_not_of(' ');
    if (bar != std::string::npos && mark[bar] == '|')
      mark = mark.size() > bar + 2 ? mark.substr(bar + 2) : "";
    if (mark.find('^') != std::string::npos && mark.find_first_not_of(" ^~") == std::string::npos)
      return mark;
  }
  return "";
}

std::string located(const std::string& name, const Place& at, const std::string& message, const Lines& source,
                    const std::string& mark) {
  return fmt::format("{}:{}:{} {}\n{}", name, at.line, at.column ? fmt::format("{}:", at.column) : "",
                     plain(message), excerpt(source, at.line, at.column, mark));
}

}  // namespace

std::string first_warning(const std::string& text, const std::string& answer, const std::string& source) {
  const Lines lines = lines_of(text);
  const std::string name = answer.starts_with("./") ? answer.substr(2) : answer;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (const Place place = place_of(lines[i]); place.file == name && place.rest.starts_with("warning: "))
      return located(name, place, place.rest, lines_of(source), mark_after(lines, i));
  return "";
}

std::string first_error(const std::string& text, const std::string& answer, const std::string& source) {
  const Lines lines = lines_of(text), code = lines_of(source);
  const std::string name = answer.starts_with("./") ? answer.substr(2) : answer;
  std::size_t first = lines.size(),
              chain = 0;  // the first error of all; where the lines before an error begin
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Place place = place_of(lines[i]);
    if (is_error(place)) {
      first = std::min(first, i);
      const auto said = [&](const Place& at, const std::string& mark) {
        return located(name, at, place.rest, code, mark);
      };
      if (place.file == name) return said(place, mark_after(lines, i));
      // g++ says before an error from where it came, clang++ in notes after it.
      for (std::size_t k = chain; k < i; ++k) {
        const Place from = place_of(lines[k]);
        if (from.file == name && from.rest.find("required") != std::string::npos) return said(from, "");
      }
      for (std::size_t k = i + 1; k < lines.size() && !is_error(place_of(lines[k])); ++k) {
        const Place from = place_of(lines[k]);
        if (from.file == name && from.rest.starts_with("note: in instantiation"))
          return said(from, mark_after(lines, k));
      }
    }
    if (is_message(place)) chain = i + 1;
  }
  std::string shown;
  for (std::size_t i = first; i < std::min(first + 8, lines.size()); ++i) {
    const Place place = place_of(lines[i]);
    if (i > first && (is_message(place) || lines[i].starts_with("In file"))) break;
    shown += plain(lines[i].starts_with("./") ? lines[i].substr(2) : lines[i]) + "\n";
  }
  // The linker's words, or an error without a place.
  for (std::size_t i = 0; shown.empty() && i < lines.size(); ++i)
    if (lines[i].find("error: ") != std::string::npos ||
        lines[i].find("undefined reference") != std::string::npos)
      shown = plain(lines[i]) + "\n";
  for (std::size_t i = 0;
       i < std::min<std::size_t>(lines.size(), 8) && first == lines.size() && shown.empty(); ++i)
    shown += plain(lines[i]) + "\n";
  return shown;
}

std::vector<std::string> system_folders(std::string_view text) {
  std::vector<std::string> folders;
  bool listed = false;
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("End of search list")) listed = false;
    // A framework folder of macOS has a remark behind it.
    if (listed && line.starts_with(" ")) folders.push_back(line.substr(1, line.find(" (framework") - 1));
    if (line.starts_with("#include <...>")) listed = true;
  }
  return folders;
}

}  // namespace judge
