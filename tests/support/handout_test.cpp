// What a class gets, from a project whose compiler is a script.
#include <doctest/doctest.h>

#include <string>

#include "fake_exercises.hpp"
#include "support/exercises/loop.hpp"

using namespace exercises;

TEST_CASE("exercises: a handout has the stubs and no answers") {
  const FakeExercises fake("handout");
  for (const char* file :
       {"Makefile", "README.md", "LICENSE", ".ci/a", ".clang-format", ".gitignore", "tinygrad_cpp/a"}) {
    fs::create_directories((fake.folder.path / file).parent_path());
    fake.folder.file(file, "a");
  }
  for (const char* kind : {"wrong", "right", "cheats"})
    fs::create_directories(fake.folder.path / "tests/exercises" / kind);
  const auto handout_to = [&](const std::string& directory) {
    return fake.said([&] {
      try {
        const Learner learner({});  // keeps the stubs
        fake.answer("02_two", "mine");
        return handout(learner, directory);
      } catch (const Refusal& refusal) {
        lesson::write(std::string(refusal.what()) + "\n");
        return 1;
      }
    });
  };
  CHECK(handout_to("") == "Where to? make handout DIR=path\nstatus 1");
  CHECK(handout_to("lessons") == "lessons is there already; a new directory is needed.\nstatus 1");
  fs::create_directories(fake.folder.path / "build/book/files");
  fake.folder.file("build/book/files/02_two.hpp", "mine");
  CHECK(handout_to("out/class") ==
        "out/class: the project with 3 exercises and without their solutions.\nWith what was built: book\n"
        "Not built, so left out (make slides)\nstatus 0");
  const fs::path made = fake.folder.path / "out/class";
  CHECK(contents(made / ".ci/a") == "a");
  for (const char* file : {"lessons/exercises/02_two.hpp", "book/files/02_two.hpp"})
    CHECK(contents(made / file) == FakeExercises::stub);
  CHECK(contents(made / ".github/workflows/classroom.yml")
            .find("runners: exercise-01,exercise-02,exercise-10\n") != std::string::npos);
  CHECK(fs::exists(made / "lessons/exercises/hints/02_two.txt"));
  CHECK(fs::exists(made / "tests/exercises/02_two_test.cpp"));
  for (const char* gone : {"lessons/exercises/solutions", "tests/exercises/wrong", "tests/exercises/right",
                           "tests/exercises/cheats"})
    CHECK(!fs::exists(made / gone));
  fs::remove_all(fake.folder.path / "build/exercises/original");
  CHECK(handout_to("lost").starts_with("The stub of 02_two is neither in git nor under build/exercises;"));
  CHECK(!fs::exists(fake.folder.path / "lost"));
}
