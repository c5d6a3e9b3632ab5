#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "notebooks_export/cells.hpp"
#include "support/exercises/exercise.hpp"
#include "support/source.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/io/file.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace notebook {
namespace {

namespace fs = std::filesystem;
const std::string here = "lessons/exercises/";

// "6" of "06_ctc". Error where a name does not begin with a number.
std::string number_of(const std::string& name) {
  const std::size_t end = name.find_first_not_of("0123456789"), begin = name.find_first_not_of('0');
  if (end == 0 || begin >= std::min(end, name.size()))
    tg::fail("notebook",
             "\"{}\" does not begin with a number; the name of a lesson or an exercise is needed, as 06_ctc",
             tg::shown(name));
  return name.substr(begin, end - begin);
}

std::string contents(const std::string& path) { return tg::read_whole("notebook", path); }

std::string hidden(const std::string& hint, std::size_t number) {
  return fmt::format("<details><summary>Hint {}</summary>\n\n```text\n{}\n```\n\n</details>", number,
                     hint.substr(0, hint.find_last_not_of('\n') + 1));
}

}  // namespace

Exercise exercise_of(const std::string& name, const std::string& text) {
  const exercises::Hints said(text);
  Exercise exercise = {.name = name,
                       .title = said.about("title"),
                       .kind = said.about("kind"),
                       .lesson = said.about("lesson"),
                       .heading = "",
                       .minutes = said.about("minutes"),
                       .needs = said.about("needs"),
                       .stub = "",
                       .hints = said.texts()};
  const std::size_t quote = exercise.lesson.find('"');
  if (quote == std::string::npos || !exercise.lesson.starts_with("lessons/"))
    tg::fail("notebook", "{}hints/{}.txt: `lesson:` names no lesson and heading", here, name);
  exercise.heading = exercise.lesson.substr(quote + 1, exercise.lesson.rfind('"') - quote - 1);
  exercise.lesson = fs::path(exercise.lesson.substr(0, exercise.lesson.find(','))).stem();
  return exercise;
}

std::vector<Exercise> exercises_of(const std::string& build, const std::string& lesson) {
  std::vector<Exercise> exercises;
  for (const exercises::Exercise& each : exercises::catalogue({.home = build + "/exercises"})) {
    Exercise exercise = exercise_of(each.name, contents(each.hints));
    if (exercise.lesson != lesson) continue;
    exercise.stub =
        each.is_stub() ? contents(each.answer) : each.original();  // whatever a learner made of it
    exercises.push_back(exercise);
  }
  return exercises;
}

std::vector<Cell> cells_of_exercises(const std::string& lesson, const std::vector<Exercise>& exercises) {
  const std::string name = lesson + "_exercises",
                    question = lesson::question_of(lesson::read_cells("lessons/" + lesson + ".cpp"), lesson);
  std::vector<Cell> cells;
  cells.push_back(
      {true, id_of(name, "about"),
       "*Made from [lessons/exercises](../lessons/exercises) by `make notebooks`. To run it: `make jupyter`, kernel xcpp20. Change "
       "what stands between `R\"cpp(` and `)cpp\"`, and run the cell: it is compiled with its tests, which say what is wrong. The "
       "same exercises in your own editor: `make watch`.*",
       "about"});
  cells.push_back({false, id_of(name, "setup"), R"(#include <iostream>
#include "judge.hpp"
void judge(const char* exercise, const char* answer) { std::cout << verdict_on(exercise, answer) << std::flush; })",
                   "notebook-setup"});
  cells.push_back(
      {true, id_of(name, "title"),
       fmt::format("# Exercises of lesson {}\n\n[{}]({}.ipynb)", number_of(lesson), question, lesson)});
  for (const Exercise& exercise : exercises) {
    cells.push_back(
        {true, id_of(name, exercise.name),
         fmt::format(
             "## {}. {}\n\n*Kind: {}. About {} minutes. Read \"{}\" in [lesson {}]({}.ipynb). Needs {}.*",
             number_of(exercise.name), exercise.title, exercise.kind, exercise.minutes, exercise.heading,
             number_of(lesson), lesson, exercise.needs)});
    cells.push_back({false, id_of(name, exercise.name + " stub"),
                     fmt::format("judge(\"{}\", R\"cpp(\n{})cpp\");", exercise.name, exercise.stub)});
    std::string hints;
    for (std::size_t i = 0; i < exercise.hints.size(); ++i)
      hints += (i ? "\n\n" : "") + hidden(exercise.hints[i], i + 1);
    cells.push_back({true, id_of(name, exercise.name + " hints"), hints});
  }
  return cells;
}

}  // namespace notebook
