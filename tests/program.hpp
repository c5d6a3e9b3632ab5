#pragma once
#include <sys/types.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

// Where the project is, and the programs that tests start.

/// The project, and the directory that holds what was built.
extern const std::filesystem::path project_path, build_path;

using Words = std::vector<std::string>;

/// What a program printed, on both streams, and its exit status (-1 when a signal ended it, 127 when there is
/// no such program).
struct Printed {
  std::string text;
  int status = 0;
};

/// A program that runs. No shell reads its words, so none needs quotes. Of the environment it gets only what
/// finds programs, libraries, the home and temporary files, and what is in `variables`: {"COLUMNS=60"}. It
/// reads `input`.
class Program {
 public:
  explicit Program(Words words, Words variables = {}, const std::string& input = "");
  Printed wait();

  pid_t id = 0;  // 0 when there is no such program

 private:
  std::unique_ptr<FILE, int (*)(FILE*)> output_;
};

inline Printed run_program(Words words, Words variables = {}, const std::string& input = "") {
  return Program(std::move(words), std::move(variables), input).wait();
}

/// Whether there is such a program; where there is none, the log says that a test is skipped.
bool has_program(const std::string& name);

/// Whether programs here can be started as several processes: there is mpirun, and the build has MPI.
bool has_ranks();

/// The same as run_program, for a program that mpirun starts as so many processes, each with one thread.
Printed run_ranks(int count, Words words);
