#pragma once
#include "../program.hpp"

// A program of lessons/programs, as it was built.

inline Program start_built(const std::string& name, Words words, const Words& variables = {}) {
  words.insert(words.begin(), (build_path / "lessons/programs" / name).string());
  return Program(words, variables);
}

inline Printed run_built(const std::string& name, const Words& words, const Words& variables = {}) {
  return start_built(name, words, variables).wait();
}
