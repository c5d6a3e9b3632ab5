// What a class handed in and what became of it, as other programs read it.
#pragma once
#include <string>
#include <vector>

#include "support/exercises/verdict.hpp"

namespace exercises {

struct Mark {
  std::string exercise;
  double of = 1;                // points
  judge::Verdict verdict = {};  // MISSING too
  double points() const { return verdict.word == "PASS" ? of : 0; }
};

struct Student {
  std::string name;
  std::vector<Mark> marks;
  double points() const;
  double of() const;
};

struct Graded {
  std::string folder, sandbox;
  std::vector<Student> students;
};

/// Everything, with what each answer is told.
std::string as_json(const Graded& graded);
/// A line a student: the name, points, of how many, and a verdict for each exercise. RFC 4180.
std::string as_csv(const Graded& graded);
/// A test suite a student, a test case an exercise, as JUnit writes them.
std::string as_junit(const Graded& graded);

/// In the format that the suffix of a file's name asks for. Error for any other than .json, .csv and .xml.
std::string as_suffix_says(const Graded& graded, const std::string& file);

}  // namespace exercises
