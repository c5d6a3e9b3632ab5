#include "notebooks_export/command.hpp"

#include <sys/wait.h>

#include <array>
#include <cstdio>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace notebook {

Printed run(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) tg::fail("notebook", "cannot run: {}", tg::shown(command, 300));
  Printed printed;
  std::array<char, 4096> part;
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe))
    printed.text.append(part.data(), size);
  const int status = pclose(pipe);
  printed.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return printed;
}

std::string quoted(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

}  // namespace notebook
