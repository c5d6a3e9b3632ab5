#pragma once
#include <algorithm>
#include <string>

#include "../program.hpp"

// A lesson, run as a program.

/// Starts a lesson with some flags, --quick before them.
inline Program start_lesson(const std::string& name, const Words& flags, const Words& variables = {},
                            const std::string& input = "") {
  Words words = {(build_path / "lessons" / name).string(), "--quick"};
  words.insert(words.end(), flags.begin(), flags.end());
  return Program(words, variables, input);
}

inline Printed run_lesson(const std::string& name, const Words& flags, const Words& variables = {},
                          const std::string& input = "") {
  return start_lesson(name, flags, variables, input).wait();
}

/// Whether a text holds another, wherever lines are broken to fit.
inline bool holds(std::string text, std::string part) {
  for (std::string* each : {&text, &part}) std::replace(each->begin(), each->end(), '\n', ' ');
  return text.find(part) != std::string::npos;
}
