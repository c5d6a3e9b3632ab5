// judge NAME ANSWER REPORT: judges the answer to an exercise, with what make built in BUILD, and writes the
// report (support/exercises/verdict.hpp). SECONDS_ALLOWED is the answer's time, COMPILE_WITH an option more
// for the compiler; COUNTS=1 prints how many checks each test made. Whatever the answer does, the exit status
// is 0; it is 1 where there can be no verdict.
#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "support/exercises/limited.hpp"
#include "support/exercises/verdict.hpp"

namespace {

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "error: judge NAME ANSWER REPORT is needed\n");
    return 1;
  }
  try {
    const judge::Case what = {.name = argv[1],
                              .answer = argv[2],
                              .build = variable("BUILD", "build"),
                              .seconds = std::max(1, std::atoi(variable("SECONDS_ALLOWED", "10").c_str())),
                              .compile_option = variable("COMPILE_WITH", "")};
    const judge::Verdict verdict = judge::write_report(what, argv[3]);
    if (!variable("COUNTS", "").empty()) fmt::print("{}\n", verdict.counts);
    return 0;
  } catch (const judge::Interrupted& interrupted) {
    signal(interrupted.signal, SIG_DFL);
    raise(interrupted.signal);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
  }
  return 1;
}
