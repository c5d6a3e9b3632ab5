// What is known about exercises, and what a learner reads. The loop itself: exercises_loop_test.cpp.
#include <doctest/doctest.h>

#include <string>

#include "../environment.hpp"
#include "../program.hpp"
#include "fake_exercises.hpp"
#include "support/exercises/check.hpp"
#include "support/exercises/learner.hpp"
#include "support/exercises/new_exercise.hpp"
#include "support/exercises/page.hpp"

using namespace exercises;

namespace {

std::string refusal(const std::function<void()>& what) {
  try {
    what();
  } catch (const Refusal& refusal) {
    return refusal.what();
  }
  return "(none)";
}

std::string told_of(const FakeExercises& fake, const judge::Verdict& verdict, int width = 0) {
  const Environment no_colour("NO_COLOR", "1");
  return told(Exercise(fake.places(), "01_one"), verdict, "the.report", width);
}

}  // namespace

TEST_CASE("exercises: the catalogue and what the files say") {
  const FakeExercises fake("catalogue");
  fake.answer("3_short", "");
  fake.answer("not_an_exercise", "");
  const std::vector<Exercise> all = catalogue(fake.places());
  REQUIRE(all.size() == 3);
  const Exercise& ten = all[2];
  CHECK(all[0].name == "01_one");
  CHECK(ten.name == "10_ten");
  CHECK(ten.number == "10");
  CHECK(ten.about("title") == "Title of 10_ten");
  CHECK(ten.about("lesson") == "lessons/01_autodiff.cpp, \"A heading\"");
  CHECK(ten.about("nothing of this kind") == "");
  CHECK(ten.lines("why") == std::vector<std::string>{"It is so.", "And so."});
  CHECK(ten.hint(1) == "An idea: this.\n\n");
  CHECK(ten.hint(3) == "if (x)\n  y();\n");
  CHECK(ten.hint(0) == "");
  CHECK(ten.hint(4) == "");

  for (const char* wanted : {"1", "01", "01_one"}) CHECK(find(all, wanted) == &all[0]);
  CHECK(find(all, "10") == &ten);
  for (const char* wanted : {"", "0", "3", "01_on", "one", "1*"}) CHECK(find(all, wanted) == nullptr);
}

TEST_CASE("exercises: a stub, and the stub as it came") {
  CHECK(is_stub(FakeExercises::stub));
  CHECK(!is_stub("#include \"exercises/not_done_yet.hpp\"\n// not_done_yet(\"f\") stood here\n"));

  const FakeExercises fake("stubs");
  const Learner learner(fake.places());  // keeps copies
  const Exercise& one = learner.all()[0];
  CHECK(one.is_stub());
  fake.answer("01_one", "an answer");
  CHECK(!one.is_stub());
  CHECK(one.original() == FakeExercises::stub);  // no git here
}

TEST_CASE("exercises: git knows the stub, under answers that were committed") {
  if (!has_program("git")) return;
  const FakeExercises fake("stubs_in_git");
  const std::string newer = "// newer\n" + FakeExercises::stub;
  const auto git = [&](Words words) {
    words.insert(words.begin(),
                 {"git", "-C", fake.folder.path.string(), "-c", "user.name=a", "-c", "user.email=a"});
    REQUIRE(run_program(words).status == 0);
  };
  git({"init", "-q"});
  for (const std::string& text : {FakeExercises::stub, newer, std::string("an answer")}) {
    fake.answer("01_one", text);
    git({"add", "."});
    git({"commit", "-q", "-m", "x"});
  }
  CHECK(fake.said([] {
    lesson::write(Exercise({}, "01_one").original());
    return 0;
  }) == newer + "status 0");
}

TEST_CASE("exercises: a verdict is about the contents that were judged") {
  const FakeExercises fake("verdicts");
  const Exercise one(fake.places(), "01_one");
  CHECK(!one.verdict());
  fake.answer("01_one", "right");
  fake.report("01_one", "PASS");
  CHECK(one.is_done());
  fake.answer("01_one", "wrong");  // in the same second
  CHECK(!one.verdict());
  fake.answer("01_one", "right");  // newer than the report
  CHECK(one.is_done());
  fake.folder.file("tests/exercises/01_one_test.cpp", "TEST_CASE(\"another\") {}\n");
  CHECK(!one.verdict());
  for (const char* broken : {"", "PASS", "PASS 0123\n", "\n\n\n"}) {
    fake.folder.file("build/exercises/01_one.report", broken);
    CHECK(!judge::verdict_in(one.report));
  }
}

TEST_CASE("exercises: which one is picked, and which comes next") {
  const FakeExercises fake("picking");
  const Learner learner(fake.places());
  const auto& all = learner.all();
  CHECK(learner.next_after(&all[1]) == &all[2]);
  CHECK(&learner.pick("") == &all[0]);
  CHECK(&learner.pick("10") == &all[2]);
  CHECK(&learner.pick("") == &all[2]);  // the one last worked at
  CHECK(refusal([&] { learner.pick("4"); }) ==
        "There is no exercise N=4. There are:\n  01_one\n  02_two\n  10_ten");
  fake.folder.file("build/exercises/current", "99_gone\n");
  fake.report("01_one", "PASS");
  CHECK(&learner.pick("") == &all[1]);

  CHECK(learner.next_after(nullptr) == &all[1]);
  CHECK(learner.next_after(&all[1]) == &all[2]);
  CHECK(learner.next_after(&all[2]) == &all[1]);  // around the end
  fake.report("10_ten", "PASS");
  CHECK(learner.next_after(&all[1]) == nullptr);  // itself does not count
  CHECK(learner.done() == 2);

  CHECK(learner.hints_shown(all[0]) == 0);
  learner.set_hints_shown(all[0], 2);
  CHECK(learner.hints_shown(all[0]) == 2);
  CHECK(refusal([] { Learner({.here = "no such folder"}); }) == "There are no exercises in no such folder.");
}

TEST_CASE("exercises: a quiz that is solved implies the others of its lesson") {
  const FakeExercises fake("quiz");
  const auto hints = [&](const std::string& name, const std::string& kind, const std::string& lesson) {
    fake.folder.file("lessons/exercises/hints/" + name + ".txt",
                     "title: Title\nkind: " + kind + "\nlesson: lessons/" + lesson + ".cpp, \"A heading\"\n");
  };
  hints("02_two", "fill", "02_other");
  hints("10_ten", "quiz", "01_autodiff");
  const Learner learner(fake.places());
  const auto& all = learner.all();
  REQUIRE(all.size() == 3);
  CHECK(all[1].name == "10_ten");  // at the end of its lesson
  CHECK(all[2].name == "02_two");

  fake.report("02_two", "PASS");  // no quiz
  CHECK(learner.done() == 1);
  CHECK(learner.next_after(nullptr) == &all[0]);
  fake.report("02_two", "RED");
  fake.report("10_ten", "RED");
  CHECK(learner.done() == 0);
  fake.report("10_ten", "PASS");
  CHECK(learner.done() == 2);
  CHECK(learner.is_done(all[0]));
  CHECK(!all[0].is_done());  // the answer itself
  CHECK(learner.next_after(nullptr) == &all[2]);
  CHECK(learner.row_of(all[0]).ends_with("  done by the quiz\n"));
  CHECK(learner.row_of(all[1]).ends_with("  done\n"));
  fake.report("01_one", "RED");
  CHECK(learner.row_of(all[0]).ends_with("  done by the quiz\n"));
  fake.report("01_one", "PASS");
  CHECK(learner.row_of(all[0]).ends_with("  done\n"));
}

TEST_CASE("exercises: the table") {
  const FakeExercises fake("table");
  fake.answer("01_one", "right");
  fake.report("01_one", "PASS");
  fake.answer("02_two", "wrong");
  fake.report("02_two", "RED");
  fake.report("10_ten", "TODO");
  const Learner learner(fake.places());
  learner.pick("2");
  const std::string begin(" Title of ");
  const auto line = [](const std::string& number, const std::string& name, const std::string& state) {
    return number + "  Title of " + name + std::string(38 - 9 - name.size(), ' ') +
           "  fill         01            5" + state + "\n";
  };
  const std::string heading = "N   exercise" + std::string(32, ' ') + "kind         lesson  minutes  state\n";
  CHECK(row_heading() == heading);
  CHECK(learner.table() == heading + line("01", "01_one", "  done") + line("02", "02_two", "  red  <- here") +
                               line("10", "10_ten", ""));
  fake.answer("01_one", "another");
  CHECK(learner.row_of(learner.all()[0]) == line("01", "01_one", "  not judged yet"));
  CHECK(pages_of("N\n1\n2\n3\n", 3) == std::vector<std::string>{"N\n1\n2\n", "N\n3\n"});
  CHECK(pages_of("N\n1\n2\n3\n", 4) == std::vector<std::string>{"N\n1\n2\n3\n"});
  CHECK(pages_of("N\n1\n2\n3\n", 0) == std::vector<std::string>{"N\n1\n2\n3\n"});
  CHECK(bar(0, 35) == "[------------------------------] 0 of 35 done\n");
  CHECK(bar(1, 35) == "[#-----------------------------] 1 of 35 done\n");
  CHECK(bar(35, 35) == "[##############################] 35 of 35 done\n");
}

TEST_CASE("exercises: what is told of a verdict") {
  const FakeExercises fake("told");
  CHECK(told_of(fake, {"PASS", 4, 4, ""}) ==
        "GREEN: 4 of 4 tests pass.\nWhy it works:\n  It is so.\n  And so.\n");
  CHECK(told_of(fake, {"TODO", 0, 4, "write it\n"}) == "TO DO\n\nwrite it\n");
  CHECK(told_of(fake, {"RED", 1, 4, "no\n"}) == "RED: 1 of 4 tests pass.\n\nno\n");
  CHECK(told_of(fake, {"CRASH", 1, 4, "no\n"}) == "RED: 1 of 4 tests pass.\n\nno\n");
  CHECK(told_of(fake, {"COMPILE", 0, 4, "no\n"}) == "RED: it does not compile. The compiler says:\n\nno\n");
  CHECK(told_of(fake, {"REFUSED", 0, 4, "no\n"}) == "RED: this cannot be taken as an answer.\n\nno\n");
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += "line\n";
  CHECK(told_of(fake, {"RED", 0, 1, lines}) == "RED: 0 of 1 tests pass.\n\n" + lines);
  CHECK(told_of(fake, {"RED", 0, 1, lines + "more\n"}) ==
        "RED: 0 of 1 tests pass.\n\n" + lines + "(the rest is in the.report)\n");
}

TEST_CASE("exercises: lines fit a terminal, and marks stay below their code") {
  CHECK(fitted("one two three\n", 0) == "one two three\n");
  CHECK(fitted("one two three\n", 8) == "one two\nthree\n");
  const std::string code = "   12 |   const Tensor answer = somewhere(far, away, to, the, right);\n",
                    mark = "      |                                      ^~~~\n";
  CHECK(fitted(code + mark, 100) == code + mark);
  const std::string narrow = fitted(code + mark, 40);
  CHECK(narrow == "   12 | swer = somewhere(far, away, to, \n      |                     ^~~~\n");
  CHECK(fitted(code, 20) == "   12 |   const Tens\n");  // without a mark: its beginning
  CHECK(fitted("   12 | \xc3\xa4\xc3\xa4 b\n      |    ^\n", 11) ==
        "   12 | \xc3\xa4\xc3\xa4 b\n      |    ^\n");

  const FakeExercises fake("hints");
  const std::string half(60, 'a');
  fake.folder.file("lessons/exercises/hints/01_one.txt",
                   "--- hint 1\n" + half + " " + half + "\nand more\n  code();\n\n--- hint 2\n");
  const Exercise one(fake.places(), "01_one");
  CHECK(hint_text(one, 1, 0) == half + " " + half + "\nand more\n  code();\n");
  CHECK(hint_text(one, 1, 80) == half + "\n" + half + " and more\n  code();\n");
}

TEST_CASE("exercises: a new one, and what its check says is still to write") {
  const FakeExercises fake("new_exercise");
  const std::string skeleton = "lessons/support/exercises/skeleton.txt";
  fs::create_directories((fake.folder.path / skeleton).parent_path());
  fs::copy_file(project_path / skeleton, fake.folder.path / skeleton);
  const auto begin = [&](const std::string& name) {
    return fake.said([&] {
      lesson::write(refusal([&] {
                      for (const std::string& file : begin_exercise({}, name)) lesson::write(file + "\n");
                    }) +
                    "\n");
      return 0;
    });
  };
  CHECK(begin("11_my_square") ==
        "lessons/exercises/11_my_square.hpp\nlessons/exercises/solutions/11_my_square.hpp\n"
        "lessons/exercises/hints/11_my_square.txt\ntests/exercises/11_my_square_test.cpp\n"
        "tests/exercises/wrong/11_my_square/twice.patch\n(none)\nstatus 0");
  const Exercise made(fake.places(), "11_my_square");
  CHECK(made.is_stub());
  CHECK(contents(made.test).find("exercise::my_square(x)") != std::string::npos);
  std::string missing;
  for (const Held& each : files_held(made))
    if (!each.holds) missing += each.what + "\n";
  CHECK(missing ==
        "its hints have one line title:\nits hints have one line minutes:\nits hints have one line needs:\n"
        "its hints have two lines why:\nthe section lessons/01_autodiff.cpp, \"which heading?\" exists\n"
        "hint 1 is not empty\nhint 2 is not empty\nhint 3 is not empty\n");
  const std::vector<Sample> samples = samples_of(made, fake.places().tests, fake.folder.path.string());
  REQUIRE(samples.size() == 1);
  CHECK(contents(samples[0].file).find("return 2 * x;") != std::string::npos);

  CHECK(begin("11_another")
            .find("error: NAME is '11_another', but there is lessons/exercises/11_my_square.hpp; "
                  "the last is 11_my_square") == 0);
  for (const char* name : {"", "1_one", "12", "12_", "12_3", "12_One", "12_one.hpp", "12_../one", "012_one"})
    CHECK(begin(name).find(std::string("error: NAME is '") + name + "'; two digits, _ and words") == 0);
}
