#include <fmt/format.h>

#include <filesystem>

#include "support/exercises/loop.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/io/file.hpp"

namespace exercises {

namespace fs = std::filesystem;

int handout(const Learner& learner, const std::string& directory) {
  if (directory.empty()) throw Refusal("Where to? make handout DIR=path");
  if (fs::exists(fs::symlink_status(directory)))
    throw Refusal(directory + " is there already; a new directory is needed.");
  const fs::path to = directory;
  fs::create_directories(to);
  for (const char* each : {"Makefile", "README.md", "LICENSE", ".ci", ".clang-format", ".gitignore",
                           "tinygrad_cpp", "lessons", "tests"})
    fs::copy(each, to / each, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  fs::remove_all(to / learner.places().here / "solutions");
  for (const char* answers : {"wrong", "right", "cheats"})
    fs::remove_all(to / learner.places().tests / answers);
  for (const Exercise& each : learner.all()) tg::write_whole("handout", to / each.answer, {each.original()});
  lesson::write(fmt::format("{}: the project with {} exercises and without their solutions.\n", directory,
                            learner.all().size()));
  return 0;
}

}  // namespace exercises
