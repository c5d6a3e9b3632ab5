#pragma once
#include <string>

#include "notebooks_export/command.hpp"

// A lesson, run as a program.

/// Runs build/lessons/NAME with some flags, where the variables or the pipe of `surroundings` come before it. The text is of both
/// streams.
inline notebook::Printed run_lesson(const std::string& name, const std::string& flags,
                                    const std::string& surroundings = "") {
  return notebook::run(surroundings + " " TG_BUILD "/lessons/" + name + " --quick " + flags + " 2>&1");
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
