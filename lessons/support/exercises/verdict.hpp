// The judge of exercises: compiles an answer with its tests, runs them and says what became of it.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace judge {

/// What is judged: the exercise's name, the answer's file, and the folder that make builds in. Paths start
/// from the project.
struct Case {
  std::string name, answer, build;
  int seconds = 10;                      // of computing that the answer has
  std::string compile_option = "";       // one more for the compiler, or none
  std::vector<std::string> inside = {};  // the words of a sandbox, before those of every program
};

/// `word` is PASS, TODO (a stub), RED, COMPILE, REFUSED (it may not be an answer), CRASH or TIME; `text` is
/// what there is to read. Of several red tests it has the first, and the others by name.
struct Verdict {
  std::string word;
  int passed = 0, tests = 0;
  std::string text;
  std::string counts = "";         // how many checks each test made: "1 1 3 4"
  std::string compiler_text = "";  // all of it, where there was an error
};

/// The file of an exercise's tests.
std::string test_file(const std::string& name);

/// Judges. `work` is an empty folder for what is compiled. Error where the exercise's own files are missing.
Verdict judged(const Case& what, const std::filesystem::path& work);

/// The same for several answers to one exercise, which trust each other: they become one program, in a third
/// of the time, and each runs by itself. Those that cannot be compiled together are judged one by one.
std::vector<Verdict> judged_together(const std::vector<Case>& all, const std::filesystem::path& work);

}  // namespace judge
