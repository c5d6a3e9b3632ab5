// The cells of notebooks, made from a lesson's source and from the files of its exercises. Nothing is run here.
#pragma once
#include <string>
#include <vector>

#include "notebooks_export/notebook.hpp"

namespace notebook {

/// A cell of the lesson, and where it began in its source; 0 for the two that the lesson does not have.
struct LessonCell {
  Cell cell;
  int line = 0;
};

/// All cells of a lesson. Error, with the line, where jupytext would read the file in another way.
std::vector<LessonCell> cells_of_lesson(const std::string& path);

/// The titles of the steps, STEP and FURTHER, in a piece of source.
std::vector<std::string> titles_of_steps(const std::string& source);

/// An exercise as its files in lessons/exercises tell it.
struct Exercise {
  std::string name, title, kind, lesson, heading, minutes, needs, stub;
  std::vector<std::string> hints;
};

/// What its file in lessons/exercises/hints says of an exercise; no stub. Error where `lesson:` names no lesson and heading.
Exercise exercise_of(const std::string& name, const std::string& text);

/// Those of lessons/NAME.cpp, in order.
std::vector<Exercise> exercises_of(const std::string& build, const std::string& lesson);

/// A notebook of them: of each its task as a cell to run, and its hints. The call stands in cells without a tag.
std::vector<Cell> cells_of_exercises(const std::string& lesson, const std::vector<Exercise>& exercises);

}  // namespace notebook
