#include "support/figure/gnuplot.hpp"

#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

#include "support/terminal.hpp"
#include "support/text.hpp"

extern char** environ;

namespace lesson {
namespace {

// A file without a name, gone when it is closed.
using File = std::unique_ptr<FILE, int (*)(FILE*)>;

File temporary() {
  File file(std::tmpfile(), &std::fclose);
  if (!file) throw std::runtime_error("[show] cannot write a temporary file");
  return file;
}

std::string contents(const File& file) {
  std::string text;
  char buffer[1 << 14];
  std::rewind(file.get());
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, file.get())) text.append(buffer, n);
  return text;
}

constexpr int no_such_program = 127;  // as a shell has it

// Its exit status.
int run_gnuplot(const File& input, const File& output, const File& complaints) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, fileno(input.get()), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, fileno(output.get()), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, fileno(complaints.get()), STDERR_FILENO);
  std::string name = "gnuplot", no_personal_settings = "--default-settings";
  char* arguments[] = {name.data(), no_personal_settings.data(), nullptr};
  pid_t process = 0;
  const int failed = posix_spawnp(&process, name.c_str(), &files, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&files);
  int status = 0;
  if (failed || waitpid(process, &status, 0) != process) return no_such_program;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

std::optional<std::string> gnuplot(const std::string& script) {
  const File input = temporary(), output = temporary(), complaints = temporary();
  std::fwrite(script.data(), 1, script.size(), input.get());
  std::rewind(input.get());
  const int status = run_gnuplot(input, output, complaints);
  if (status == no_such_program) {
    static bool said = false;
    if (!said)
      write(wrapped("gnuplot is not installed: pictures are left out; make deps installs it", text_width()) +
            "\n\n");
    said = true;
    return std::nullopt;
  }
  if (status != 0)
    throw std::runtime_error(fmt::format("[show] gnuplot could not draw this: {}", contents(complaints)));
  return contents(output);
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'')
      out += "'.\"'\".'";  // two, which should mean one, do not at the beginning
    else
      out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out + "'";
}

std::string tick_list(const std::vector<Tick>& ticks) {
  std::string list;
  for (const Tick& tick : ticks)
    list += fmt::format("{}{} {}", list.empty() ? "(" : ", ", quoted(tick.label), tick.value);
  return list.empty() ? "()" : list + ")";
}

}  // namespace lesson
