// Other programs.
#pragma once
#include <string>

namespace notebook {

/// What the command of the shell printed, and its exit status (-1 when a signal ended it).
struct Printed {
  std::string text;
  int status = 0;
};
Printed run(const std::string& command);

/// A text as one word of the shell.
std::string quoted(const std::string& text);

}  // namespace notebook
