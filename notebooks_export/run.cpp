// Runs notebooks as a kernel does: `run NOTEBOOK...`, in the root of the project, feeds each cell in turn to the interpreter
// CLANG_REPL, against the shared libraries in BUILD. What must come out again are the claims of a lesson, and what was said
// to each untouched exercise. Prints a line for each notebook.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "notebooks_export/cells.hpp"
#include "notebooks_export/command.hpp"
#include "notebooks_export/notebook.hpp"
#include "notebooks_export/recording.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace fs = std::filesystem;
using notebook::Cell;
using notebook::Notebook;

namespace {

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

// What was printed after the beginning of each cell, by its number.
std::vector<std::string> by_cell(const std::string& printed) {
  std::vector<std::string> texts;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('\x1e'))
      texts.emplace_back();
    else if (!texts.empty())
      texts.back() += line + "\n";
  }
  return texts;
}

// Feeds the code cells to the interpreter. Each is a file, since a line at a time it would not take one.
std::vector<std::string> fed(const std::vector<Cell>& cells, const fs::path& folder, bool is_lesson) {
  // As the interpreter sees it, whose lines hold no letters outside ASCII: the project's path may have some.
  const fs::path here = "notebooks_export", seen = fs::relative(folder, here);
  std::ofstream feed(folder / "feed");
  feed << "#include <iostream>\n";
  if (is_lesson)
    feed << "#include \"support/claim.hpp\"\nlesson::record_claims(" << seen / "claims"
         << ");\n";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string file = fmt::format("cell_{}.cpp", i + 1);
    std::ofstream(folder / file) << cells[i].source << '\n';
    feed << "std::cout << \"\\x1e\\n\" << std::flush;\n#include " << seen / file << "\n";
  }
  feed << "std::cout << \"\\x1e\\n\" << std::flush;\n%quit\n";
  feed.close();
  // Preloaded: libraries that the interpreter opens itself (%lib) make version 19 crash at its end. By
  // relative paths, since a space in the project's own would divide the list.
  std::string libraries;
  for (const char* name : {"libtinygrad_cpp.so", "liblesson_support.so"})
    libraries += (fs::relative(variable("BUILD", "build"), here) / name).string() + " ";
  return by_cell(
      notebook::run(
          fmt::format("cd notebooks_export && LD_PRELOAD={} NO_COLOR=1 timeout 900 {} -Xcc=-std=c++20 "
                      "-Xcc=-I.. -Xcc=-I../lessons -Xcc=-I. < {} 2> {}",
                      notebook::quoted(libraries), notebook::quoted(variable("CLANG_REPL", "clang-repl-19")),
                      notebook::quoted(seen / "feed"), notebook::quoted(seen / "errors")))
          .text);
}

std::string first_error(const fs::path& folder) {
  std::ifstream file(folder / "errors");
  for (std::string line; std::getline(file, line);)
    if (line.find("error: ") != std::string::npos) return line;
  return "";
}

// A step that stopped says so; it takes nothing else with it.
std::string stopped_step(const std::string& source, const std::string& printed) {
  for (const std::string& title : notebook::titles_of_steps(source))
    if (("\n" + printed).find("\n" + title + " stopped: ") != std::string::npos) return printed;
  return "";
}

std::string wrong_claim(const Notebook& notebook, const fs::path& folder) {
  const std::vector<std::string> claims = notebook::read_claims(folder / "claims");
  for (std::size_t i = 0; i < std::max(claims.size(), notebook.claims.size()); ++i) {
    const std::string got = i < claims.size() ? claims[i] : "none",
                      needed = i < notebook.claims.size() ? notebook.claims[i] : "none";
    if (got != needed || got.starts_with("fail"))
      return fmt::format("claim {}: got {}; the notebook has {}", i + 1, got, needed);
  }
  return claims.empty() ? "it has no claims" : "";
}

// What is wrong with a run; empty where nothing is.
std::string wrong_run(const Notebook& notebook, const fs::path& folder, bool is_lesson) {
  std::vector<Cell> cells;
  for (const Cell& cell : notebook.cells)
    if (!cell.prose) cells.push_back(cell);
  const std::vector<std::string> printed = fed(cells, folder, is_lesson);
  if (const std::string error = first_error(folder); !error.empty()) return error;
  if (printed.size() != cells.size() + 1)
    return fmt::format("the interpreter ended in code cell {}", printed.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (const std::string text = stopped_step(cells[i].source, printed[i]); !text.empty()) return text;
    if (is_lesson || cells[i].outputs.empty()) continue;
    if (cells[i].outputs[0].text != printed[i])
      return fmt::format("code cell {} printed: {}; the notebook has: {}", i + 1, tg::shown(printed[i], 300),
                         tg::shown(cells[i].outputs[0].text, 300));
  }
  return is_lesson ? wrong_claim(notebook, folder) : "";
}

bool runs(const std::string& path) {
  const std::string name = fs::path(path).stem();
  const bool is_lesson = !name.ends_with("_exercises");
  const fs::path folder = fs::absolute(variable("BUILD", "build")) / "notebooks" / "run" / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  const Notebook notebook = notebook::read_notebook(path);
  const std::string wrong = wrong_run(notebook, folder, is_lesson);
  if (wrong.empty())
    fmt::print("ok    {} runs{}\n", name,
               is_lesson ? fmt::format(", {} claims", notebook.claims.size()) : "");
  else
    fmt::print("FAIL  {}: {}\n", name, wrong);
  return wrong.empty();
}

}  // namespace

int main(int argc, char** argv) {
  lesson::hold_standard_streams();
  int failed = 0;
  for (int i = 1; i < argc; ++i) try {
      failed += !runs(argv[i]);
    } catch (const std::exception& error) {
      fmt::print("FAIL  {}: {}\n", argv[i], error.what());
      ++failed;
    }
  return lesson::finished("run", failed > 0);
}
