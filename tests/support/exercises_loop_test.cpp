// The learner's loop, in a project whose compiler is a script.
#include <doctest/doctest.h>
#include <signal.h>

#include <cstdlib>
#include <string>

#include "../environment.hpp"
#include "fake_exercises.hpp"
#include "support/exercises/judging.hpp"
#include "support/exercises/limited.hpp"
#include "support/exercises/loop.hpp"
#include "typist.hpp"

using namespace exercises;

namespace {

// A command's output and status, as the program would give them.
std::string said(const FakeExercises& fake, int (*command)(const Learner&, const Asked&),
                 const Asked& asked) {
  const Environment no_colour("NO_COLOR", "1");
  return fake.said([&] {
    try {
      return command(Learner({}), asked);
    } catch (const Refusal& refusal) {
      lesson::write(std::string("refused: ") + refusal.what() + "\n");
      return 1;
    }
  });
}

const std::string head_of_one =
    "01  Title of 01_one   (fill, about 5 minutes)\n"
    "    edit   lessons/exercises/01_one.hpp\n"
    "    read   lessons/01_autodiff.cpp, \"A heading\"\n"
    "    needs  nothing\n\n";

// Waits, for a minute at most, until the fake compiler has begun; its process.
pid_t compiler(const FakeExercises& fake) {
  for (int tries = 0; tries < 6000; ++tries, usleep(10'000))
    if (const std::string text = contents(fake.folder.path / "compiles"); text.ends_with('\n'))
      return std::atoi(text.c_str());
  FAIL("no compiler began");
  return 0;
}

bool ends(pid_t process) {
  for (int tries = 0; tries < 6000; ++tries, usleep(10'000))
    if (kill(process, 0) != 0) return true;
  return false;
}

bool has_folders(const FakeExercises& fake) {
  for (const auto& entry : fs::directory_iterator(fake.folder.path / "build/exercises"))
    if (entry.is_directory() && entry.path().filename().string().starts_with("0")) return true;
  return false;
}

int watch_one(const FakeExercises& fake, int (*command)(const Learner&, const Asked&) = watch) {
  fake.enter();
  const judge::Noted noted;
  try {
    return command(Learner({}), {.number = "1", .level = "", .force = "", .answer = ""});
  } catch (const judge::Interrupted&) {
    return 77;
  }
}

}  // namespace

TEST_CASE("exercises: one look") {
  const FakeExercises fake("one_look");
  fake.answer("01_one", "wrong");
  CHECK(said(fake, exercise, {"1", "", "", ""}) ==
        head_of_one +
            "RED: it does not compile. The compiler says:\n\n"
            "lessons/exercises/01_one.hpp:1:1: error: no such thing\n"
            "    1 | wrong\n      | ^\n"
            "The compiler's whole text: build/exercises/01_one.compiler.txt\n\n"
            "Edit the file, then: make exercise N=01      Stuck? make hint N=01\nstatus 1");
  CHECK(Exercise(fake.places(), "01_one").verdict()->word == "COMPILE");
  CHECK(said(fake, exercise, {"1", "", "", "elsewhere.hpp"}) ==
        "RED: it does not compile. The compiler says:\n\nThere is no file elsewhere.hpp.\nstatus 0");
  CHECK(contents(fake.folder.path / "elsewhere.report").starts_with("COMPILE "));
  CHECK(
      said(fake, exercise, {"7", "", "", ""}).starts_with("refused: There is no exercise N=7. There are:\n"));
  CHECK(said(fake, watch, {"", "", "", ""})
            .find("\n[------------------------------] 0 of 3 done\nThis is no terminal, "
                  "so this was one look.") != std::string::npos);
  CHECK(!has_folders(fake));
}

TEST_CASE("exercises: hints, one more each time") {
  const FakeExercises fake("hints");
  const std::string title = "02  Title of 02_two   hint ";
  CHECK(said(fake, hint, {"2", "", "", ""}) ==
        title + "1 of 3\n\nAn idea: this.\n\nOne more: make hint N=02\nstatus 0");
  CHECK(said(fake, hint, {"", "", "", ""}) ==
        title + "2 of 3\n\nThe way.\n\nOne more: make hint N=02\nstatus 0");
  for (int i = 0; i < 2; ++i)
    CHECK(said(fake, hint, {"", "", "", ""}) ==
          title +
              "3 of 3\n\nif (x)\n  y();\n\n"
              "That was the last. Begin with hint 1: make hint N=02 LEVEL=1\nstatus 0");
  CHECK(said(fake, hint, {"", "1", "", ""}).starts_with(title + "1 of 3"));
  for (const char* level : {"0", "4", "one", "1 "})
    CHECK(said(fake, hint, {"", level, "", ""}) ==
          std::string("refused: LEVEL is ") + level + "; 1, 2 or 3 is needed.\nstatus 1");
}

TEST_CASE("exercises: progress judges what has no verdict, below the table") {
  const FakeExercises fake("progress");
  fake.answer("01_one", "right");
  fake.report("01_one", "PASS");
  const auto progress_of = [&] {
    return said(fake, [](const Learner& l, const Asked&) { return progress(l); }, {});
  };
  const std::string all = progress_of();
  CHECK(
      all.ends_with("\n\n[##########--------------------] 1 of 3 done\nNext: make exercise N=02\nstatus 0"));
  CHECK(all.find("Judging") == std::string::npos);
  fake.answer("02_two", "wrong");
  fake.answer("10_ten", "wrong");
  const std::string judged = progress_of();
  CHECK(judged.find("5  not judged yet\n\nJudging 2 that are not judged yet:\n") != std::string::npos);
  CHECK(judged.find("10  Title of 10_ten", judged.find("Judging")) != std::string::npos);
  CHECK(judged.find("5  red\n", judged.find("Judging")) != std::string::npos);
  CHECK(progress_of().find("Judging") == std::string::npos);
  for (const char* name : {"02_two", "10_ten"}) fake.report(name, "PASS");
  CHECK(progress_of().ends_with(
      "3 of 3 done\nAll 3 are done. Now add a layer of your own: .github/CONTRIBUTING.md says how.\nstatus 0"));
}

TEST_CASE("exercises: a solution once yours is green") {
  const FakeExercises fake("solution");
  CHECK(said(fake, solution, {"1", "", "", ""}) ==
        "refused: Yours is not green yet, and finding it yourself is worth more.\n"
        "One step at a time: make hint N=01      Show it all the same: make solution N=01 FORCE=1\nstatus 1");
  const std::string shown = "// lessons/exercises/solutions/01_one.hpp\n// the solution of 01_one\nstatus 0";
  CHECK(said(fake, solution, {"1", "", "1", ""}) == shown);
  fake.report("01_one", "PASS");
  CHECK(said(fake, solution, {"1", "", "", ""}) == shown);
  fs::remove(fake.folder.path / "lessons/exercises/solutions/01_one.hpp");
  CHECK(said(fake, solution, {"1", "", "", ""}) == "refused: There are no solutions in this copy.\nstatus 1");
}

TEST_CASE("exercises: reset keeps what was written") {
  const FakeExercises fake("reset");
  const std::string file = "lessons/exercises/01_one.hpp";
  CHECK(said(fake, reset, {"1", "", "", ""}) == file + " is as it came; nothing to do.\nstatus 0");
  fake.answer("01_one", "mine");
  const std::string text = said(fake, reset, {"1", "", "", ""});
  CHECK(text.starts_with(
      file + " is as it came.\nWhat you wrote is kept; to have it back: cp build/exercises/kept/01_one."));
  CHECK(contents(fake.folder.path / file) == FakeExercises::stub);
  for (const auto& kept : fs::directory_iterator(fake.folder.path / "build/exercises/kept"))
    CHECK(contents(kept) == "mine");
  fs::remove_all(fake.folder.path / "build/exercises/original");
  fake.answer("01_one", "mine");
  CHECK(
      said(fake, reset, {"1", "", "", ""}) ==
      "refused: The stub of 01_one is neither in git nor under build/exercises; take it from a fresh copy of the "
      "project.\nstatus 1");
}

TEST_CASE("exercises: two judges of one exercise do not disturb each other") {
  const FakeExercises fake("two_judges");
  fake.answer("01_one", "wrong");
  CHECK(fake.said([] {
    const Exercise one({}, "01_one");
    const auto first = start_judging({}, one), second = start_judging({}, one);
    bool whole = true, any = false;
    const auto look = [&] {
      const std::string text = judge::text_of(one.report);
      any = any || !text.empty();
      whole = whole && (text.empty() || text.ends_with(".compiler.txt\n"));
    };
    for (bool running = true; running;) {
      const bool one_runs = first->running(), other_runs = second->running();
      running = one_runs || other_runs;
      look();
    }
    lesson::write(first->printed() + second->printed());
    return first->failed() || second->failed() ? 1 : !any ? 2 : !whole ? 3 : 0;
  }) == "status 0");
  CHECK(!has_folders(fake));
}

TEST_CASE("watch: saves, keys, the end") {
  const FakeExercises fake("watch");
  Typist typist([&] { return watch_one(fake); });
  if (!typist.ready()) return;
  typist.see("Looking ..");
  typist.see("RED: it does not compile.");
  typist.see("h: hint   l: list   q: quit   (save the file: it looks again)");
  typist.type("h");
  typist.see("Hint 1\nAn idea: this.\n\n[---");
  typist.type("n");  // not while it is red
  typist.type("l");
  typist.see("10  Title of 10_ten");
  typist.see("l: back   q: quit");

  fake.answer("01_one", "second");
  typist.see("Saved; looking again ..");
  typist.see("    1 | second");
  typist.see("q: quit");
  fake.folder.file("lessons/exercises/new", "third");  // as many editors save
  fs::rename(fake.folder.path / "lessons/exercises/new", fake.folder.path / "lessons/exercises/01_one.hpp");
  typist.see("    1 | third");
  typist.see("q: quit");

  typist.stop_and_continue();  // it draws anew
  typist.see("    1 | third");
  typist.type("q");
  typist.rest();
  CHECK(typist.status() == 0);
  CHECK(typist.terminal_is_as_before());
}

TEST_CASE("watch: on green the next one") {
  const FakeExercises fake("watch_green");
  fake.answer("01_one", "right");
  fake.report("01_one", "PASS");
  Typist typist([&] { return watch_one(fake); });
  if (!typist.ready()) return;
  typist.see(
      "GREEN: 1 of 1 tests pass.\nWhy it works:\n  It is so.\n  And so.\nCompare with ours: make solution N=01\n");
  typist.see("n: next   l: list   q: quit");
  typist.type("n");
  typist.see("02  Title of 02_two");
  typist.see("h: hint");
  typist.type("q");
  typist.rest();
  CHECK(typist.status() == 0);
  CHECK(contents(fake.folder.path / "build/exercises/current") == "02_two\n");
}

TEST_CASE("watch: keys act and q quits while it compiles, and nothing stays behind") {
  const FakeExercises fake("watch_quits");
  fake.answer("01_one", "slow");
  Typist typist([&] { return watch_one(fake); });
  if (!typist.ready()) return;
  typist.see("Looking ..");
  const pid_t process = compiler(fake);
  typist.type("l");
  typist.see("01  Title of 01_one");
  typist.type("l");
  typist.type("h");
  typist.see("An idea: this.");
  typist.type("q");
  typist.rest();
  CHECK(typist.status() == 0);
  CHECK(typist.terminal_is_as_before());
  CHECK(ends(process));
  CHECK(!has_folders(fake));
  CHECK(!Exercise(fake.places(), "01_one").verdict());
}

TEST_CASE("watch: a save ends the compilation of what was there before") {
  const FakeExercises fake("watch_again");
  fake.answer("01_one", "slow");
  Typist typist([&] { return watch_one(fake); });
  if (!typist.ready()) return;
  const pid_t process = compiler(fake);
  fake.answer("01_one", "quick");
  typist.see("    1 | quick");
  CHECK(ends(process));
  typist.type("\x03");
  typist.rest();
  CHECK(typist.status() == 77);
  CHECK(typist.terminal_is_as_before());
}

TEST_CASE("exercises: Ctrl-C ends the compiler") {
  const FakeExercises fake("interrupted");
  fake.answer("01_one", "slow");
  Typist typist([&] { return watch_one(fake, exercise); });
  if (!typist.ready()) return;
  const pid_t process = compiler(fake);
  typist.type("\x03");
  typist.rest();
  CHECK(typist.status() == 77);
  CHECK(ends(process));
  CHECK(!has_folders(fake));
}
