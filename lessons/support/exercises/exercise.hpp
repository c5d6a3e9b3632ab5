// The exercises: what their files say, and the last verdict on their answers.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/exercises/hints.hpp"
#include "support/exercises/verdict.hpp"

namespace exercises {

/// Where the exercises lie, where their tests do, and where what is remembered does. Paths start from the
/// project.
struct Places {
  std::string here = "lessons/exercises", tests = "tests/exercises", home = "build/exercises";
};

/// One exercise. Its hints are read once, its answer and its report whenever they are asked for.
class Exercise {
 public:
  Exercise(const Places& places, const std::string& name);

  std::string name;                                   // "03_sgd_step"
  std::string number;                                 // "03"
  std::string answer, solution, hints, test, report;  // files, which need not exist

  /// What the head of its hints says.
  std::vector<std::string> lines(std::string_view key) const { return said_.lines(key); }
  std::string about(std::string_view key) const { return said_.about(key); }
  /// The lesson's file, which `lesson:` names before the section.
  std::string lesson() const;
  /// The text of a hint, from 1 on; empty where there is none.
  std::string hint(int level) const;

  /// Whether the answer is the stub, as it came or still without an answer.
  bool is_stub() const;
  /// The stub as it came: the newest in git's history, so that committed answers do no harm; without git, the
  /// copy that keep_stub made. Empty where there is neither.
  std::string original() const;
  /// Copies a stub to `home`, where nothing has been copied yet.
  void keep_stub() const;

  /// The last verdict, where it is about the answer and the test as they are now.
  std::optional<judge::Verdict> verdict() const;
  bool is_done() const;

 private:
  std::string kept_;
  Hints said_;
};

/// All of them, the files NN_name.hpp, lesson by lesson, and within a lesson in the order of their names: so a
/// lesson's quiz comes last of it.
std::vector<Exercise> catalogue(const Places& places);

/// The exercise called `wanted`: "3", "03" or "03_sgd_step"; a null pointer when there is none.
const Exercise* find(const std::vector<Exercise>& all, const std::string& wanted);

/// Whether a name is like 03_sgd_step.
bool names_an_exercise(const std::string& name);

/// Whether this is the text of a stub: it calls not_done_yet.
bool is_stub(std::string_view text);

}  // namespace exercises
