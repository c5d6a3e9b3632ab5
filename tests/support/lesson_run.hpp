#pragma once
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

// A lesson, run as a program.

struct Printed {
  int status;        // the exit status; -1 when a signal ended it
  std::string text;  // of both streams
};

/// Runs build/lessons/NAME with some flags, where the variables or the pipe of `surroundings` come before it.
inline Printed run_lesson(const std::string& name, const std::string& flags,
                          const std::string& surroundings = "") {
  const std::string command = surroundings + " " TG_BUILD "/lessons/" + name + " --quick " + flags + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Printed printed;
  std::array<char, 4096> part;
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe))
    printed.text.append(part.data(), size);
  const int status = pclose(pipe);
  printed.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return printed;
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
