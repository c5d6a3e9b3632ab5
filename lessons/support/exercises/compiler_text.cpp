#include "support/exercises/compiler_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <regex>
#include <sstream>
#include <utility>

#include "support/exercises/beginner_errors.hpp"
#include "support/exercises/slips.hpp"

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

// Drops from `open` to the bracket that closes the one in it.
void drop_bracketed(std::string& text, const std::string& open, const std::string& instead) {
  const char begin = open[open.find_first_of("<[({")];
  const char end = begin == '<' ? '>' : begin == '[' ? ']' : begin == '(' ? ')' : '}';
  for (std::size_t at = 0; (at = text.find(open, at)) != std::string::npos; at += instead.size()) {
    std::size_t close = at + open.size();
    for (int depth = 1; close < text.size() && depth > 0; ++close)
      depth += text[close] == begin ? 1 : text[close] == end ? -1 : 0;
    text.replace(at, close - at, instead);
  }
}

// What a compiler said, without what only its authors need. real_double is the inline namespace of the double
// library, which a learner has not written.
std::string shortened(std::string text) {
  static const std::vector<std::pair<std::regex, const char*>> rest = [] {
    std::vector<std::pair<std::regex, const char*>> forms;
    for (const auto& [form, instead] :
         {std::pair(R"(real_(double|float)::|__cxx11::|\bclass (?=\w))", ""),
          std::pair(R"((<[\w:, ]*\w) >)", "$1>"), std::pair("> (?=>)", ">"),
          std::pair(R"( \[-(W|fpermissive)[^\]]*\])", ""),
          std::pair(R"(basic_string<char(, std::char_traits<char>)?>)", "string"),
          std::pair(R"((([\w:]+(\([^()]*\))?::)?<lambda>|\(lambda at [^)]*\)))", "lambda"),
          std::pair(R"(<(lambda closure object|brace-enclosed initializer list)>)", "{..}")})
      forms.emplace_back(std::regex(form), instead);
    return forms;
  }();
  for (const auto& [open, instead] :
       {std::pair(", std::allocator<", ""), std::pair(" [with ", ""), std::pair(" {aka ", ""),
        std::pair(" (aka ", ""), std::pair("<lambda(", "<lambda")})
    drop_bracketed(text, open, instead);
  text.resize(std::min<std::size_t>(text.size(), 1500));  // std::regex calls itself for each character
  for (const auto& [form, instead] : rest) text = std::regex_replace(text, form, instead);
  constexpr std::size_t most = 300;
  if (text.size() > most) text = text.substr(0, most) + " ...";
  return text;
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

// A missing `;` is noticed at the next word, which may stand lines below: then its place is where the line
// before ends.
Place mended(Place at, const std::vector<Token>& answer, const Lines& source) {
  static const std::regex semicolon("^error: expected ([^|]*';'|initializer before)");
  const auto number = static_cast<std::size_t>(at.line);
  if (number > source.size() || at.column == 0 || !std::regex_search(at.rest, semicolon)) return at;
  const std::string before = source[number - 1].substr(0, static_cast<std::size_t>(at.column) - 1);
  if (before.find_first_not_of(" \t") != std::string::npos) return at;
  for (const Token& token : answer) {
    if (token.line >= static_cast<int>(number) || token.line > static_cast<int>(source.size())) break;
    at.line = token.line;
    const std::string& line = source[static_cast<std::size_t>(token.line) - 1];
    at.column = static_cast<int>(line.substr(0, line.find("//")).find_last_not_of(" \t")) + 2;
  }
  return at;
}

// The statement that begins in a line, as one line without comments.
std::string statement(const Lines& source, int line) {
  std::string all;
  for (auto i = static_cast<std::size_t>(line) - 1;
       i < std::min<std::size_t>(source.size(), static_cast<std::size_t>(line) + 4); ++i) {
    const std::string code = source[i].substr(0, source[i].find("//"));
    all += code + " ";
    if (code.find_last_not_of(" \t") != std::string::npos && code[code.find_last_not_of(" \t")] == ';') break;
  }
  return all;
}

// Of an error in the tests, which only an answer that does not fit them causes.
std::string advice_in_test(const std::string& message, const std::string& notes) {
  const Advice advice = advice_for({shortened(message), "", notes}, {});
  return advice.row == "function without const"
             ? advice.sentence
             : "This line of the tests uses your code. Names, parameters and types stay as they came, in "
               "namespace "
               "exercise. (make reset brings the file as it came, and keeps yours.)";
}

// What the learner sees of an error or warning: the compiler's sentence, the lines, and what to do.
std::string located(const std::string& name, const Place& at, const std::string& message, const Lines& source,
                    const std::string& mark, const std::string& notes, const std::vector<Token>& answer) {
  const Said said = {shortened(message), statement(source, at.line), notes};
  const std::string sentence = advice_for(said, answer).sentence;
  return fmt::format("{}:{}:{} {}\n{}{}", name, at.line, at.column ? fmt::format("{}:", at.column) : "",
                     said.message, excerpt(source, at.line, at.column, mark),
                     sentence.empty() ? "" : "What to do: " + sentence + "\n");
}

// The notes after a message, in one line.
std::string notes_after(const Lines& lines, std::size_t message) {
  std::string notes;
  for (std::size_t i = message + 1; i < lines.size() && notes.size() < 4000; ++i) {
    const Place place = place_of(lines[i]);
    if (!is_message(place)) continue;
    if (!place.rest.starts_with("note: ")) break;
    notes += shortened(place.rest) + " ";
  }
  return notes;
}

// Whether a name is hidden on purpose: by a lambda's parameter, map(x, [](Real x) ..), or by a constructor's
// that begins a member, A(int size) : size(size).
bool hides_on_purpose(const std::string& message, const std::string& line, const std::string& source) {
  static const std::regex hidden("declaration of '(\\w+)' shadows a (member)?");
  std::smatch found;
  if (!std::regex_search(message, found, hidden)) return false;
  const std::string name = found[1];
  if (found[2].matched && source.find(name + "(" + name + ")") != std::string::npos) return true;
  return std::regex_search(line, std::regex("\\] ?\\([^)]*\\b" + name + "\\b"));
}

}  // namespace

std::string first_warning(const std::string& text, const std::string& answer, const std::string& source) {
  const Lines lines = lines_of(text), code = lines_of(source);
  const std::string name = answer.starts_with("./") ? answer.substr(2) : answer;
  std::string harmless;  // an int that is compared with a size
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Place place = place_of(lines[i]);
    if (place.file != name || !place.rest.starts_with("warning: ")) continue;
    const auto number = static_cast<std::size_t>(place.line);
    if (number <= code.size() && hides_on_purpose(place.rest, code[number - 1], source)) continue;
    const std::string shown = located(name, place, place.rest, code, mark_after(lines, i),
                                      notes_after(lines, i), tokens_of(source));
    if (lines[i].find("[-Wsign-compare]") == std::string::npos) return shown;
    if (harmless.empty()) harmless = shown;
  }
  return harmless;
}

std::string first_error(const std::string& text, const std::string& answer, const std::string& source) {
  const Lines lines = lines_of(text), code = lines_of(source);
  const std::vector<Token> tokens = tokens_of(source);
  const std::string name = answer.starts_with("./") ? answer.substr(2) : answer;
  if (const Slip slip = broken_brackets(source, tokens); slip.line > 0)
    return fmt::format("{}:{}:{}: {}\n{}", name, slip.line, slip.column, slip.sentence,
                       excerpt(code, slip.line, slip.column, ""));
  std::size_t first = lines.size(),
              chain = 0;  // the first error of all; where the lines before an error begin
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Place place = place_of(lines[i]);
    if (is_error(place)) {
      first = std::min(first, i);
      const auto said = [&](const Place& at, const std::string& mark) {
        return located(name, at, place.rest, code, mark, notes_after(lines, i), tokens);
      };
      if (place.file == name) {
        const Place at = mended(place, tokens, code);
        return said(at, at.line == place.line ? mark_after(lines, i) : "");
      }
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
    shown += shortened(lines[i].starts_with("./") ? lines[i].substr(2) : lines[i]) + "\n";
  }
  if (first < lines.size() && place_of(lines[first]).file.ends_with("_test.cpp"))
    shown += "What to do: " + advice_in_test(place_of(lines[first]).rest, notes_after(lines, first)) + "\n";
  // The linker's words, or an error without a place.
  for (std::size_t i = 0; shown.empty() && i < lines.size(); ++i)
    if (lines[i].find("error: ") != std::string::npos ||
        lines[i].find("undefined reference") != std::string::npos)
      shown = shortened(lines[i]) + "\n";
  for (std::size_t i = 0;
       i < std::min<std::size_t>(lines.size(), 8) && first == lines.size() && shown.empty(); ++i)
    shown += shortened(lines[i]) + "\n";
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
