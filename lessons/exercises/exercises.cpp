// exercises COMMAND: the learner's loop, and the judge of answers. `make exercise` and its like start it, in
// the project's folder; BUILD is the folder that make builds in.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "support/exercises/check.hpp"
#include "support/exercises/exercise.hpp"
#include "support/exercises/grade.hpp"
#include "support/exercises/limited.hpp"
#include "support/exercises/loop.hpp"
#include "support/exercises/new_exercise.hpp"
#include "support/exercises/report.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace {

using Words = std::vector<std::string>;

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

exercises::Places places() { return {.home = variable("BUILD", "build") + "/exercises"}; }

// judge NAME ANSWER REPORT writes the report. SECONDS_ALLOWED is the answer's time, COMPILE_WITH an option
// more for the compiler; COUNTS=1 prints how many checks each test made. Whatever the answer does, the exit
// status is 0; it is 1 where there can be no verdict.
int judge_one(const Words& words) {
  if (words.size() != 3) tg::fail("judge", "{} words were given; NAME ANSWER REPORT is needed", words.size());
  const judge::Case what = {.name = words[0],
                            .answer = words[1],
                            .build = variable("BUILD", "build"),
                            .seconds = std::max(1, std::atoi(variable("SECONDS_ALLOWED", "10").c_str())),
                            .compile_option = variable("COMPILE_WITH", "")};
  const judge::Verdict verdict = judge::write_report(what, words[2]);
  if (!variable("COUNTS", "").empty()) lesson::write(verdict.counts + "\n");
  return 0;
}

// original NAME prints the stub as it came.
int original(const Words& words) {
  if (words.size() != 1) tg::fail("original", "{} words were given; NAME is needed", words.size());
  lesson::write(exercises::Exercise(places(), words[0]).original());
  return 0;
}

// check tests the exercises.
int check(const Words&) { return exercises::check(places(), variable("BUILD", "build")) ? 0 : 1; }

// grade judges the answers in the folder DIR, and writes REPORT. N chooses exercises, POINTS gives points.
int grade(const Words&) {
  exercises::grade(places(), {.folder = variable("DIR", ""),
                              .report = variable("REPORT", ""),
                              .only = variable("N", ""),
                              .points = variable("POINTS", ""),
                              .build = variable("BUILD", "build")});
  return 0;
}

// new-exercise writes the files of the exercise NAME.
int new_exercise(const Words&) {
  const std::string name = variable("NAME", "");
  for (const std::string& file : exercises::begin_exercise(places(), name))
    lesson::write("wrote " + file + "\n");
  lesson::write(fmt::format("It compiles: make exercise N={}. What is still to write: make check-exercises\n",
                            name.substr(0, 2)));
  return 0;
}

// A command of the learner's loop, which make tells what to do by variables.
template <class F>
int loop(const Words& words, F command) {
  if (!words.empty())
    tg::fail("exercises", "no words are needed here: N, LEVEL, FORCE, ANSWER and DIR are variables");
  const judge::Noted noted;
  const exercises::Learner learner(places());
  const exercises::Asked asked = {.number = variable("N", ""),
                                  .level = variable("LEVEL", ""),
                                  .force = variable("FORCE", ""),
                                  .answer = variable("ANSWER", "")};
  const int status = command(learner, asked);
  judge::stop_if_asked();
  return status;
}

using exercises::Asked, exercises::Learner;
using Command = std::function<int(const Words&)>;
Command of_loop(int (*command)(const Learner&, const Asked&)) {
  return [command](const Words& words) { return loop(words, command); };
}

const std::map<std::string, Command> commands = {
    {"judge", judge_one},
    {"original", original},
    {"check", check},
    {"grade", grade},
    {"new-exercise", new_exercise},
    {"exercise", of_loop(exercises::exercise)},
    {"watch", of_loop(exercises::watch)},
    {"hint", of_loop(exercises::hint)},
    {"progress", of_loop([](const Learner& learner, const Asked&) { return exercises::progress(learner); })},
    {"solution", of_loop(exercises::solution)},
    {"reset", of_loop(exercises::reset)},
    {"handout", of_loop([](const Learner& learner, const Asked&) {
       return exercises::handout(learner, variable("DIR", ""));
     })}};

}  // namespace

int main(int argc, char** argv) {
  lesson::hold_standard_streams();
  const Words words(argv + std::min(argc, 2), argv + argc);
  try {
    const auto found = commands.find(argc > 1 ? argv[1] : "");
    if (found == commands.end())
      tg::fail("exercises", "there is no command \"{}\"", tg::shown(argc > 1 ? argv[1] : ""));
    return lesson::finished("exercises", found->second(words));
  } catch (const judge::Interrupted& interrupted) {
    signal(interrupted.signal, SIG_DFL);
    raise(interrupted.signal);
  } catch (const exercises::Refusal& refusal) {
    lesson::complain(refusal.what());
  } catch (const std::exception& error) {
    lesson::complain(fmt::format("error: {}", error.what()));
  }
  return 1;
}
