// Grades a class: a folder a student, an answer an exercise.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "support/exercises/exercise.hpp"
#include "support/exercises/grade_report.hpp"

namespace exercises {

/// What is to be graded, as it is asked for.
struct Grading {
  std::string folder;  // of the class; or of one student, where the answers lie in it
  std::string report;  // the file to write, .json, .csv or .xml (JUnit); empty for none
  std::string only;    // numbers or names of exercises; empty for all: "3 9"
  std::string points;  // of exercises that do not give one point: "3=2 9=0.5"
  std::string build;   // the folder that make builds in
};

/// The exercises that are chosen, in their order, and the points of each. Error for an unknown one, or for
/// points that are no number.
struct Choice {
  const Exercise* exercise;
  double points = 1;
};
std::vector<Choice> chosen(const std::vector<Exercise>& all, const std::string& only,
                           const std::string& points);

/// The folders of the students by name, sorted; of a student alone, that one. Error where there are none.
std::map<std::string, std::string> students_in(const std::string& folder, const std::vector<Exercise>& all);

/// An answer's text, or why it cannot be one, as a verdict: MISSING, or REFUSED for a link or anything else
/// that is no ordinary file. Looked for in the student's folder, or in a copy of the project there.
struct HandedIn {
  std::string text;
  judge::Verdict refused = {};
};
HandedIn handed_in(const std::string& folder, const Exercise& exercise);

/// `exercises grade`: judges every answer of every student, prints a line for each of them, and writes the
/// report. A verdict is reused while answer, test and judge are the same. Error before anything is judged
/// where something that is asked for cannot be.
void grade(const Places& places, const Grading& asked);

}  // namespace exercises
