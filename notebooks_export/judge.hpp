// What exercises' notebooks ask, whose first cell prints it: unlike a function, the text of an answer can be changed and its cell
// run again.
//   judge("25_collapse", R"cpp( ...your answer... )cpp");
#pragma once
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

/// What `make exercise` says to an answer: its verdict, and what there is to read about it. The answer is kept under build/.
inline std::string verdict_on(const std::string& exercise, const std::string& answer) {
  const std::filesystem::path root = std::filesystem::path(__FILE__).parent_path() / "..";
  const std::string kept = "build/exercises/notebook/" + exercise + ".hpp";
  std::filesystem::create_directories((root / kept).parent_path());
  std::ofstream(root / kept) << answer;
  std::string quoted;
  for (const char c : root.string()) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  // A kernel's own libraries are not for make and the compiler.
  FILE* pipe = popen(("unset LD_PRELOAD MAKEFLAGS MAKELEVEL; cd '" + quoted + "' && make -s exercise N=" +
                      exercise.substr(0, exercise.find('_')) + " ANSWER=" + kept + " 2>&1 </dev/null")
                         .c_str(),
                     "r");
  if (!pipe) return "cannot run make\n";
  std::string said;
  for (int c; (c = std::fgetc(pipe)) != EOF;) said += static_cast<char>(c);
  pclose(pipe);
  return said;
}
