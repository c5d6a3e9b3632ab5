#pragma once
#include <cstdlib>
#include <functional>
#include <string>

#include "../files.hpp"
#include "support/exercises/exercise.hpp"
#include "support/exercises/report.hpp"
#include "support/terminal.hpp"

/// A project of three exercises with a compiler that is a script: it takes an hour where the answer says "slow",
/// and finds an error in any other. Building what judging needs is nothing to do.
struct FakeExercises {
  explicit FakeExercises(const std::string& name) : folder(name) {
    for (const char* part :
         {"lessons/exercises/hints", "lessons/exercises/solutions", "tests/exercises", "build/exercises"})
      fs::create_directories(folder.path / part);
    for (const std::string each : {"01_one", "02_two", "10_ten"}) {
      answer(each, stub);
      folder.file("lessons/exercises/solutions/" + each + ".hpp", "// the solution of " + each + "\n");
      folder.file("lessons/exercises/hints/" + each + ".txt",
                  "title: Title of " + each +
                      "\nkind: fill\nlesson: lessons/01_autodiff.cpp, \"A heading\"\nminutes: 5\n"
                      "needs: nothing\nwhy: It is so.\nwhy: And so.\n\n--- hint 1\nAn idea: this.\n\n"
                      "--- hint 2\nThe way.\n\n--- hint 3\nif (x)\n  y();\n");
      folder.file("tests/exercises/" + each + "_test.cpp", "TEST_CASE(\"a test\") {}\n");
    }
    folder.file("tests/exercises/counts.txt", "01_one 1\n02_two 1\n10_ten 1\n");
    folder.file("compiler.sh",
                "case \"$*\" in *-E*) exit 1 ;; esac\n"
                "if grep -q slow lessons/exercises/*.hpp; then echo $$ >compiles; exec sleep 3600; fi\n"
                "for word; do case $word in *EXERCISE=*) answer=${word#*=} ;; esac; done\n"
                "echo \"${answer//\\\"/}:1:1: error: no such thing\"; exit 1\n");
    folder.file("build/exercises/commands", "compile\tbash\ncompile\tcompiler.sh\nlink\tfalse\n");
  }

  void answer(const std::string& name, const std::string& text) const {
    folder.file("lessons/exercises/" + name + ".hpp", text);
  }

  /// The places as they are seen from outside.
  exercises::Places places() const {
    const std::string root = folder.path.string() + "/";
    return {root + "lessons/exercises", root + "tests/exercises", root + "build/exercises"};
  }

  /// A report that says this word about the answer as it is now.
  void report(const std::string& name, const std::string& word) const {
    const exercises::Exercise exercise(places(), name);
    folder.file("build/exercises/" + name + ".report",
                word + " " + judge::fingerprint(exercise.answer, exercise.test) + "\n1 of 1\n");
  }

  /// Does something in the project's folder; what was printed through lesson::write, then "status N".
  std::string said(const std::function<int()>& command) const {
    const int status = in_child([&] {
      enter();
      lesson::mute(true);
      const lesson::Capture capture;
      const int result = command();
      folder.file("said", capture.text());
      return result;
    });
    return contents(folder.path / "said") + "status " + std::to_string(status);
  }

  /// Makes this process stand in the project's folder.
  void enter() const {
    fs::current_path(folder.path);
    setenv("MAKE", "true", 1);
  }

  static inline const std::string stub = "inline void f() {\n  not_done_yet(\"f\", \"a section\");\n}\n";
  Folder folder;
};
