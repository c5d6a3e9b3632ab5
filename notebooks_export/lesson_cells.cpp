#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>
#include <string_view>

#include "notebooks_export/cells.hpp"
#include "notebooks_export/predictions.hpp"
#include "support/source.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace notebook {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)); }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)); }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; }

// Takes as many characters of a kind as there are; says how many. (std::regex would call itself for each.)
std::size_t skip(std::string_view& text, bool (*kind)(char)) {
  const auto count =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), kind) - text.begin());
  text.remove_prefix(count);
  return count;
}

bool skip(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

// Where jupytext would take a line for something else.
void check_percent_format(const std::string& path) {
  std::istringstream file(tg::read_whole("notebook", path));
  bool prose = false;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    const auto refuse = [&](const char* why) { tg::fail("notebook", "{}:{}: {}", path, number, why); };
    std::string_view comment = line;
    const bool indented = skip(comment, is_space) > 0, is_comment = skip(comment, "//");
    skip(comment, is_space);
    if (line.starts_with("// %%")) {
      prose = line.find("[markdown]") != std::string::npos;
      if (line != "// %%" && line != "// %% [markdown]" && line != "// %% tags=[\"unfolded\"]")
        refuse("a marker of a cell is `// %%`, `// %% [markdown]` or `// %% tags=[\"unfolded\"]`");
    } else if (indented && is_comment && comment.starts_with("%%"))
      refuse("a marker of a cell begins in the first column");
    else if (!prose && is_comment && skip(comment, "%") && !comment.empty() && is_letter(comment[0]))
      refuse(
          "jupytext takes a comment that begins with % and a letter for a command; write another word first");
    else if (prose && !line.empty() && !line.starts_with("//"))
      refuse("in a cell of markdown each line is a comment; begin the code with a line `// %%`");
  }
}

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of('\n'));
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

// What a cell is called: its first heading or STEP; else what the last cell with a name is called.
std::string title_of(const lesson::SourceCell& cell, const std::string& before) {
  if (!cell.prose) {
    const std::vector<std::string> titles = titles_of_steps(cell.text);
    return titles.empty() ? before : titles[0];
  }
  std::istringstream lines(cell.text);
  for (std::string line; std::getline(lines, line);) {
    std::string_view heading = line;
    if (skip(heading, [](char c) { return c == '#'; }) > 0 && skip(heading, " ")) return std::string(heading);
  }
  return before;
}

LessonCell about(const std::string& name) {
  const std::string text = fmt::format(
      "*Made from [lessons/{0}.cpp](../lessons/{0}.cpp) by `make notebooks`, which ran the lesson and kept what it "
      "printed. To change it, change the lesson.*\n\n"
      "*To run it: `make all` builds the libraries that the cells use, and `make jupyter` opens this directory with "
      "them; the kernel is xcpp20 of [xeus-cpp](https://github.com/compiler-research/xeus-cpp). Pictures come out as "
      "text there. C++ declares a name once: a cell that is only a `STEP` can run again, after any other change "
      "restart the kernel.*",
      name);
  return {{true, id_of(name, "about"), text, "about"}};
}

LessonCell setup(const std::string& name) {
  const std::string text =
      R"(// Finds the headers and libraries. A kernel without CppInterOp has them from `make jupyter`.
#if __has_include(<CppInterOp/CppInterOp.h>)
#include <CppInterOp/CppInterOp.h>
Cpp::AddIncludePath("..");
Cpp::AddIncludePath("../lessons");
Cpp::LoadLibrary("../build/libtinygrad_cpp.so");
Cpp::LoadLibrary("../build/liblesson_support.so");
#endif)";
  return {{false, id_of(name, "setup"), text, "notebook-setup"}};
}

}  // namespace

std::vector<std::string> titles_of_steps(const std::string& source) {
  std::vector<std::string> titles;
  for (std::size_t at = 0; at < source.size();) {
    std::string_view rest = std::string_view(source).substr(at);
    if (!skip(rest, "STEP") && !skip(rest, "FURTHER")) {
      ++at;
      continue;
    }
    skip(rest, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
    at = source.size() - rest.size();
    if (!skip(rest, "(")) continue;
    if (skip(rest, is_word) > 0 && !skip(rest, ", ")) continue;  // the knob of STEP_ON_DATA
    if (!skip(rest, "\"")) continue;
    const std::size_t end = rest.find('"');
    if (end != std::string_view::npos && rest.substr(end + 1).starts_with(')'))
      titles.emplace_back(rest.substr(0, end));
  }
  return titles;
}

std::vector<LessonCell> cells_of_lesson(const std::string& path) {
  check_percent_format(path);
  const std::string name = lesson::lesson_name(path);
  std::vector<LessonCell> cells = {about(name), setup(name)};
  std::map<std::string, int> seen;
  std::string title;
  for (const lesson::SourceCell& cell : lesson::read_cells(path)) {
    title = title_of(cell, title);
    const std::string key = fmt::format("{} {}", title, ++seen[title]);
    std::string text = trimmed(cell.text);
    const std::vector<Question> questions = cell.prose ? std::vector<Question>() : questions_in(text);
    if (!questions.empty())
      cells.push_back({{true, id_of(name, key + " question"), asked(questions), "question"}, cell.line});
    if (cell.prose && cells.back().cell.tag == "prediction") text = folded_to_heading(text);
    cells.push_back(
        {{cell.prose, id_of(name, key), text, questions.empty() ? cell.tag : "prediction"}, cell.line});
  }
  return cells;
}

}  // namespace notebook
