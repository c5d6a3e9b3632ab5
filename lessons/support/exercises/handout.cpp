#include <fmt/format.h>

#include <filesystem>

#include "support/exercises/loop.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace exercises {

namespace fs = std::filesystem;

namespace {

// GitHub Classroom's workflow: a step for each exercise, a point each, and one that reports the points. It
// reads them from variables with the steps' names in capitals.
std::string classroom(const std::vector<Exercise>& all) {
  std::string steps, results, runners;
  for (const Exercise& each : all) {
    steps += fmt::format(
        "      - name: \"{0}\"\n        id: {1}\n"
        "        uses: classroom-resources/autograding-command-grader@v1\n        with:\n"
        "          test-name: \"{0}\"\n          setup-command: make deps exercise-kit\n"
        "          command: make exercise N={2}\n          timeout: 10\n          max-score: 1\n",
        each.name, "exercise-" + each.number, each.number);
    results += fmt::format("          EXERCISE-{0}_RESULTS: \"${{{{steps.exercise-{0}.outputs.result}}}}\"\n",
                           each.number);
    runners += (runners.empty() ? "exercise-" : ",exercise-") + each.number;
  }
  return "# For GitHub Classroom: leave out the exercises that you do not set. A student can change the tests in\n"
         "# their copy, so grade with yours: make grade.\n"
         "name: Autograding Tests\non: [push, workflow_dispatch, repository_dispatch]\n"
         "permissions: {checks: write, actions: read, contents: read}\njobs:\n  run-autograding-tests:\n"
         "    runs-on: ubuntu-latest\n    if: github.actor != 'github-classroom[bot]'\n    steps:\n"
         "      - uses: actions/checkout@v4\n" +
         steps +
         "      - name: Autograding Reporter\n"
         "        uses: classroom-resources/autograding-grading-reporter@v1\n        env:\n" +
         results + "        with:\n          runners: " + runners + "\n";
}

}  // namespace

int handout(const Learner& learner, const std::string& directory) {
  if (directory.empty()) throw Refusal("Where to? make handout DIR=path");
  if (fs::exists(fs::symlink_status(directory)))
    throw Refusal(directory + " is there already; a new directory is needed.");
  for (const Exercise& each : learner.all())
    if (each.original().empty())
      throw Refusal(
          fmt::format("The stub of {} is neither in git nor under build/exercises; hand out from a "
                      "fresh copy of the project.",
                      each.name));
  const fs::path to = directory;
  fs::create_directories(to);
  const auto whole = fs::copy_options::recursive | fs::copy_options::copy_symlinks;
  for (const char* each :
       {"Makefile", "README.md", "CHANGELOG.md", "LICENSE", "CITATION.cff", ".ci", ".clang-format",
        ".devcontainer", ".github", ".gitignore", "tinygrad_cpp", "lessons", "notebooks_export", "tests"})
    if (fs::exists(each)) fs::copy(each, to / each, whole);
  fs::remove_all(to / learner.places().here / "solutions");
  for (const char* answers : {"wrong", "right", "cheats"})
    fs::remove_all(to / learner.places().tests / answers);
  fs::remove_all(to / ".github/workflows");  // checks the solutions, which are not there
  fs::create_directories(to / ".github/workflows");
  tg::write_whole("handout", to / ".github/workflows/classroom.yml", {classroom(learner.all())});
  std::string built, missing;
  for (const char* each : {"book", "slides"}) {
    const fs::path made = fs::path(learner.places().home).parent_path() / each;
    if (fs::exists(made)) fs::copy(made, to / each, whole);
    (fs::exists(made) ? built : missing) += fmt::format(" {}", each);
  }
  fs::remove_all(to / "book/screenshots");
  // What whoever hands out has written into the exercises stays here, also in the book's copies.
  for (const Exercise& each : learner.all()) {
    tg::write_whole("handout", to / each.answer, {each.original()});
    const fs::path copy = to / "book/files" / fs::path(each.answer).filename();
    if (fs::exists(copy)) tg::write_whole("handout", copy, {each.original()});
  }
  lesson::write(fmt::format("{}: the project with {} exercises and without their solutions.\n", directory,
                            learner.all().size()));
  if (!built.empty()) lesson::write("With what was built:" + built + "\n");
  if (!missing.empty()) lesson::write("Not built, so left out (make" + missing + ")\n");
  return 0;
}

}  // namespace exercises
