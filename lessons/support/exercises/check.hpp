// Whether the exercises are what they should be: for those who make them.
#pragma once
#include <string>
#include <vector>

#include "support/exercises/exercise.hpp"

namespace exercises {

/// One thing that must hold.
struct Held {
  std::string what;
  bool holds;
};

/// What must hold of an exercise's files, before anything is judged.
std::vector<Held> files_held(const Exercise& exercise);

/// An answer that the judge must pass, or refuse with a text of its own.
struct Sample {
  std::string name;       // for a message: its file, mostly
  std::string file;       // that is judged
  std::string says = "";  // what its first line asks for: "// says: text"
  bool right = false;     // whether it must be green
  bool patched = false;   // made from a change of the solution
};

/// The samples in the folders wrong, right and cheats. Those that are changes of the solution are written
/// into the folder `work` whole. Error where one does not fit the solution.
std::vector<Sample> samples_of(const Exercise& exercise, const std::string& tests, const std::string& work);

/// Whether a learner is told the text: outside the compiler's output, unless it is a compiler's error.
bool is_told(const judge::Verdict& verdict, const std::string& text);

/// Files in the folders of exercises that belong to none of them.
std::vector<std::string> strays(const Places& places, const std::vector<Exercise>& all);

/// `exercises check`: checks them all and prints what does not hold. Whether all holds.
bool check(const Places& places, const std::string& build);

}  // namespace exercises
