// What must hold of an exercise. `make check-exercises` tries it on all of them.
#include "support/exercises/check.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "../files.hpp"
#include "../program.hpp"
#include "support/error_of.hpp"
#include "support/exercises/cache.hpp"

using namespace exercises;

namespace {

std::string lesson_file() { return project_path / "lessons/01_autodiff.cpp"; }
std::string hints() {
  return "title: One\nkind: fill\nlesson: " + lesson_file() +
         ", \"Why gradients add up\"\nminutes: 5\nneeds: nothing\nwhy: a\nwhy: b\n\n--- hint 1\none\n"
         "--- hint 2\ntwo\n--- hint 3\nthree\n";
}

// A folder with one exercise.
struct Project : Folder {
  Project() : Folder("exercises") {
    for (const char* at :
         {"here/solutions", "here/hints", "tests/wrong/01_one", "tests/right/01_one", "work"})
      fs::create_directories(path / at);
    file("here/01_one.hpp", "not_done_yet(");
    file("here/solutions/01_one.hpp", "a\nb\nc\n");
    file("here/hints/01_one.txt", hints());
    file("tests/01_one_test.cpp", "test");
  }
  Places places() const { return {path / "here", path / "tests", path / "home"}; }
  Exercise exercise() const { return {places(), "01_one"}; }
  std::string failures() const {
    std::string found;
    for (const auto& [what, holds] : files_held(exercise()))
      if (!holds) found += what + "\n";
    return found;
  }
  std::string failures_of(const std::string& before, const std::string& after) const {
    std::string text = hints();
    file("here/hints/01_one.txt", text.replace(text.find(before), before.size(), after));
    return failures();
  }
};

}  // namespace

TEST_CASE("check: an exercise's files") {
  const Project project;
  CHECK(project.failures() == "");
  CHECK(project.failures_of("title: One\n", "") == "its hints have one line title:\n");
  CHECK(project.failures_of("minutes: 5", "minutes:") == "its hints have one line minutes:\n");
  CHECK(project.failures_of("why: b\n", "") == "its hints have two lines why:\n");
  CHECK(project.failures_of("fill", "guess").starts_with("its kind is one of extend, fill, fix, "));
  CHECK(project.failures_of("add up", "add") ==
        "the section " + lesson_file() + ", \"Why gradients add\" exists\n");
  CHECK(project.failures_of("two\n", " \n\n") == "hint 2 is not empty\n");
  project.file("here/solutions/01_one.hpp",
               "// where(mask, gradient, 0)\nint f(int n) { return where(mask, gradient * n, 0); }  // a; b\n"
               "given = not_done_yet(a, b);\nshort = 1;\n");
  project.file("here/01_one.hpp", "  not_done_yet();  given = not_done_yet(a,\n b);\n");
  CHECK(project.failures_of("two", "short = 1; given = not_done_yet(a, b); where(mask, g, 0)") == "");
  CHECK(project.failures_of("two", "At last:\n  where(mask,\n    gradient*n, 0)") ==
        "hint 2 leads, and gives no line of the solution: where(mask,gradient*n,0)\n");
  fs::remove(project.path / "tests/01_one_test.cpp");
  CHECK(project.failures_of("two", "two").find("01_one_test.cpp is there\n") != std::string::npos);
}

TEST_CASE("check: samples are files or changes of the solution") {
  const Project project;
  project.file("tests/wrong/01_one/swapped.patch", "// says: not b\n@@\n-b\n+B\n");
  project.file("tests/wrong/01_one/whole.hpp", "// says: not x\nx\n");
  project.file("tests/right/01_one/other.hpp", "y\n");
  const auto samples = [&] {
    return samples_of(project.exercise(), project.places().tests, project.path / "work");
  };
  const std::vector<Sample> found = samples();
  REQUIRE(found.size() == 3);
  CHECK(found[0].says == "not b");
  CHECK(found[0].patched);
  CHECK(contents(found[0].file) == "a\nB\nc\n");
  CHECK(found[1].says == "not x");
  CHECK(found[1].file == found[1].name);
  CHECK_FALSE(found[1].right);
  CHECK(found[2].right);
  const std::string broken = project.file("tests/wrong/01_one/z.patch", "// says: x\n@@\n-d\n+B\n");
  CHECK(lesson::error_of(samples) ==
        broken + ": [patch] the lines of a change, from \"d\" on, do not follow in the solution");
}

TEST_CASE("check: what a learner is told") {
  CHECK(is_told({"RED", 1, 2, "it says why\n"}, "says why"));
  CHECK_FALSE(is_told({"RED", 1, 2, "it says why\n"}, "because"));
  for (const char* word : {"PASS", "TODO", "", "COMPILE"})
    CHECK_FALSE(is_told({word, 1, 2, "says why"}, "why"));
  CHECK(is_told({"COMPILE", 0, 2, "x:1: error: ;"}, "error:"));
}

TEST_CASE("check: files that belong to no exercise") {
  const Project project;
  const auto found = [&] { return strays(project.places(), catalogue(project.places())); };
  CHECK(found().empty());
  for (const char* name :
       {"here/hints/02_two.txt", "here/notes", "tests/wrong/01_one/x.txt", "tests/check.sh"})
    project.file(name, "");
  fs::create_directories(project.path / "tests/wrong/02_two");
  project.file("tests/wrong/02_two/x.hpp", "");
  CHECK(found().size() == 5);
}

TEST_CASE("check: a verdict is kept for what it is about") {
  const Project project;
  const Cache cache(project.places());
  const auto key = [&](const std::string& text, int seconds = 10) {
    return Cache(project.places())
        .key(project.exercise(), text, {.name = "", .answer = "", .build = "", .seconds = seconds});
  };
  const std::string before = key("answer");
  CHECK_FALSE(cache.find(before));
  cache.keep(before, {"RED", 1, 3, "told\n\nwhy\n", "1 2 3"});
  const judge::Verdict kept = cache.find(key("answer")).value_or(judge::Verdict{});
  CHECK(kept.word == "RED");
  CHECK(kept.passed == 1);
  CHECK(kept.tests == 3);
  CHECK(kept.counts == "1 2 3");
  CHECK(kept.text == "told\n\nwhy\n");
  CHECK(key("answer ") != before);
  CHECK(key("answer", 5) != before);
  project.file("tests/01_one_test.cpp", "another test");
  CHECK(key("answer") != before);
  project.file("tests/01_one_test.cpp", "test");
  CHECK(key("answer") == before);
  project.file("tests/counts.txt", "01_one 1 2 3\n");
  CHECK(key("answer") != before);
  project.file("tests/counts.txt", "02_two 1 2 3\n");
  CHECK(key("answer") == before);
  fs::create_directories(project.path / "home");
  project.file("home/exercises", "another judge");
  CHECK(key("answer") != before);
}
