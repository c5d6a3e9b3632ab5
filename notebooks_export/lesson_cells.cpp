#include <fmt/format.h>

#include <map>
#include <regex>
#include <sstream>

#include "notebooks_export/cells.hpp"
#include "support/source.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace notebook {
namespace {

// Where jupytext would take a line for something else.
void check_percent_format(const std::string& path) {
  std::istringstream file(tg::read_whole("notebook", path));
  static const std::regex marker(R"(\s+//\s*%%.*)"), magic(R"(\s*//\s*%[A-Za-z].*)");
  bool prose = false;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const auto refuse = [&](const char* why) { tg::fail("notebook", "{}:{}: {}", path, number, why); };
    if (line.starts_with("// %%"))
      prose = line.find("[markdown]") != std::string::npos;
    else if (std::regex_match(line, marker))
      refuse("a marker of a cell begins in the first column");
    else if (!prose && std::regex_match(line, magic))
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
  static const std::regex heading(R"((?:^|\n)#+ ([^\n]*))");
  std::smatch found;
  return std::regex_search(cell.text, found, heading) ? found[1].str() : before;
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
  static const std::regex step(R"-(STEP[A-Z_]*\((?:\w+, )?"([^"]*)"\))-");
  std::vector<std::string> titles;
  for (std::sregex_iterator at(source.begin(), source.end(), step), end; at != end; ++at)
    titles.push_back((*at)[1].str());
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
    cells.push_back({{cell.prose, id_of(name, key), trimmed(cell.text)}, cell.line});
  }
  return cells;
}

}  // namespace notebook
