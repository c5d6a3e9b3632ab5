// Writes the notebooks. `export lesson NAME` and `export exercises NAME`, in the root of the project, where NAME is that of a
// lesson; BUILD is the directory of what was built. A notebook is rewritten only where its cells or its claims have changed,
// so that the numbers of another machine are no change. With --check nothing is run or written: the exit status says
// whether the cells are those of the lesson.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "notebooks_export/cells.hpp"
#include "notebooks_export/judge.hpp"
#include "notebooks_export/notebook.hpp"
#include "notebooks_export/recording.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace fs = std::filesystem;
using notebook::Cell;
using notebook::Notebook;

namespace {

// The first cell in which two notebooks differ; empty where none does.
std::string first_difference(const std::vector<Cell>& cells, const std::vector<Cell>& before) {
  for (std::size_t i = 0; i < std::max(cells.size(), before.size()); ++i) {
    if (i >= cells.size() || i >= before.size())
      return fmt::format("{} cells instead of {}", before.size(), cells.size());
    if (cells[i].id != before[i].id || cells[i].source != before[i].source ||
        cells[i].prose != before[i].prose || cells[i].tag != before[i].tag)
      return fmt::format("cell {}: {}", i + 1, cells[i].source.substr(0, cells[i].source.find('\n')));
  }
  return "";
}

// The pictures that the README shows are files, since code hosts show those best.
void copy_pictures_of_readme(const std::string& lesson, const fs::path& drawn) {
  const std::string readme = tg::read_whole("notebook", "README.md");
  const std::string shown = "notebooks_export/figures/" + lesson + "_";
  fs::create_directories("notebooks_export/figures");
  for (std::size_t at = 0; (at = readme.find(shown, at)) != std::string::npos;) {
    at += shown.size();
    const std::string name = readme.substr(at, readme.find(')', at) - at);
    tg::write_whole("notebook", shown + name, {tg::read_whole("notebook", (drawn / name).string())});
  }
}

struct Paths {
  std::string build, lesson, file;
};

bool export_lesson(const Paths& paths, const std::vector<Cell>& before,
                   const std::vector<std::string>& claims, const std::vector<notebook::LessonCell>& cells) {
  const std::string figures = paths.build + "/notebooks/figures/" + paths.lesson;
  notebook::Recording recording = notebook::record(paths.build, paths.lesson, figures);
  Notebook fresh{{}, recording.claims};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    fresh.cells.push_back(cells[i].cell);
    const int end = i + 1 < cells.size() ? cells[i + 1].line : 1 << 30;
    for (const auto& [line, outputs] : recording.outputs)
      if (cells[i].line > 0 && cells[i].line < line && line < end)
        fresh.cells.back().outputs.insert(fresh.cells.back().outputs.end(), outputs.begin(), outputs.end());
  }
  if (!first_difference(fresh.cells, before).empty() || fresh.claims != claims) {
    tg::write_whole("notebook", paths.file, {notebook::json_of(fresh)});
    copy_pictures_of_readme(paths.lesson, figures);
    fmt::print("wrote {}\n", paths.file);
  }
  if (!recording.held) fmt::print(stderr, "{}: a claim failed or a step stopped\n", paths.lesson);
  return recording.held;
}

bool export_exercises(const Paths& paths, std::vector<Cell> cells,
                      const std::vector<notebook::Exercise>& exercises) {
  auto exercise = exercises.begin();
  for (Cell& cell : cells)
    if (!cell.prose && cell.tag.empty()) {
      const std::string verdict = verdict_on(exercise->name, "\n" + exercise->stub);
      if (!verdict.starts_with("TO DO")) {  // the compiler or the judge is at fault: nobody's answer is in it
        fmt::print(stderr, "{}: exercise {} should be TO DO. It is:\n{}", paths.file, exercise->name,
                   verdict);
        return false;
      }
      cell.outputs = {{notebook::Output::Kind::text, verdict}};
      ++exercise;
    }
  tg::write_whole("notebook", paths.file, {notebook::json_of({cells, {}})});
  fmt::print("wrote {}\n", paths.file);
  return true;
}

bool export_or_check(const std::string& kind, const std::string& lesson, bool only_check) {
  const char* build = std::getenv("BUILD");
  const bool of_lesson = kind == "lesson";
  const Paths paths = {build ? build : "build", lesson,
                       "notebooks_export/" + lesson + (of_lesson ? ".ipynb" : "_exercises.ipynb")};
  std::vector<notebook::LessonCell> of_source;
  std::vector<notebook::Exercise> exercises;
  std::vector<Cell> cells;
  if (of_lesson) {
    of_source = notebook::cells_of_lesson("lessons/" + lesson + ".cpp");
    for (const notebook::LessonCell& cell : of_source) cells.push_back(cell.cell);
  } else {
    exercises = notebook::exercises_of(paths.build, lesson);
    cells = notebook::cells_of_exercises(lesson, exercises);
  }
  const Notebook before = fs::exists(paths.file) ? notebook::read_notebook(paths.file) : Notebook{};
  const std::string difference = first_difference(cells, before.cells);
  if (only_check) {
    if (difference.empty()) return true;
    fmt::print(stderr, "{}: is not what its source says now; `make notebooks` writes it again. {}\n",
               paths.file, difference);
    return false;
  }
  if (of_lesson) return export_lesson(paths, before.cells, before.claims, of_source);
  return difference.empty() || export_exercises(paths, cells, exercises);
}

}  // namespace

int main(int argc, char** argv) {
  lesson::hold_standard_streams();
  const std::string kind = argc > 2 ? argv[1] : "";
  const bool only_check = argc == 4 && std::string(argv[3]) == "--check";
  if ((kind != "lesson" && kind != "exercises") || (argc == 4 && !only_check) || argc > 4) {
    fmt::print(stderr, "usage: export lesson|exercises NAME [--check]\n");
    return 2;
  }
  try {
    return lesson::finished("export", export_or_check(kind, argv[2], only_check) ? 0 : 1);
  } catch (const std::exception& error) {
    lesson::complain(error.what());
    return 1;
  }
}
