#include "support/guide.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "../files.hpp"
#include "support/claim.hpp"
#include "support/predict.hpp"
#include "support/say.hpp"
#include "support/text.hpp"
#include "typist.hpp"

// A lesson on a terminal: step by step, with somebody who answers.

namespace {

const std::string source =
    "// %% [markdown]\n// # 9. Why?\n//\n// Because.\n//\n// ## Look\n//\n// Looking.\n\n"  // to line 8
    "// %%\nSTEP(\"One\") {\n}\n\n"                                                         // 11
    "// %% [markdown]\n// One was seen.\n//\n// ## Then\n//\n// Thinking.\n\n"              // 14
    "// %%\nSTEP(\"Two\") {\n}\n\n"                                                         // 22
    "// %% [markdown]\n// Two was seen.\n//\n// ## Further\n//\n// Beside it.\n\n"          // 25
    "// %%\nFURTHER(\"Three\") {\n}\n\n"                                                    // 33
    "// %% [markdown]\n// Three was seen.\n//\n// ## Reading\n//\n// A book.\n";            // 36

int times_run = 0;

void one() {
  lesson::say("ran {} times", ++times_run);
  lesson::claim("one holds", true);
}
void two() {
  const int steps = lesson::predict("After how many steps?", [] { return 57; }, {.unit = "steps"});
  lesson::say("two has {}", steps);
  lesson::claim("two holds", true);
}
void three() {
  lesson::predict("Which?", {"the sum", "the mean"}, 1);
  lesson::predict("Does it fall?", false);
  lesson::claim("three fails", false);
}

/// A lesson of three steps, one of them further.
struct Small {
  Small() : folder("guide"), path(folder.file("09_why.cpp", source)) {
    using lesson::Part;
    steps = {{"One", path.c_str(), 11, one, Part::spine, nullptr},
             {"Two", path.c_str(), 22, two, Part::spine, nullptr},
             {"Three", path.c_str(), 33, three, Part::further, nullptr}};
  }
  Folder folder;
  std::string path;
  std::vector<lesson::Step> steps;
};

const std::string prompt = "b back, q out, ? keys ";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("guide: on a terminal a lesson waits after its opening and after each step") {
  Small lesson;
  Typist typist(lesson.steps);
  if (!typist.ready()) return;
  const std::string opening = typist.see("Enter begins, " + prompt);
  CHECK(has(opening, "Because."));
  CHECK(!has(opening, "Looking."));
  typist.type("\n\n\n");  // whoever is impatient skips no question
  const std::string first = typist.see("Enter goes on, " + prompt);
  CHECK(first.find("step 1 of 2: One  (line 11)") < first.find("Looking."));
  CHECK(first.find("Looking.") < first.find("ran 1 times"));
  CHECK(first.find("ran 1 times") < first.find("One was seen."));
  CHECK(!has(first, "Thinking."));
  typist.type("\n");
  CHECK(has(typist.see("how many steps, Enter skips: "), "Predict: After how many steps?"));
  typist.type("200\n");
  const std::string second = typist.see("Enter ends, " + prompt);
  CHECK(has(second, "You said 200 steps; it is 57 steps: too high by a factor of 3.5."));
  CHECK(second.find("two has 57") < second.find("Two was seen."));
  CHECK(!has(second, "Beside it."));
  CHECK(has(second, "A book."));
  typist.type("\n");
  const std::string end = typist.rest();
  CHECK(has(end, "further, with --further or --only:\n   3  Three\n"));
  CHECK(has(end, "1 prediction: 1 not far\nclaims: 2 passed, 0 failed, 0 skipped"));
  CHECK(typist.status() == 0);
}

TEST_CASE("guide: the opening comes in pieces, the answer first") {
  Small lesson;
  const std::string head = "// %% [markdown]\n// # 9. Why?\n// ## In short\n// So.\n// ## Asked\n// Once.\n";
  lesson.folder.file("09_why.cpp", head + source.substr(source.find("// ## Look")).replace(10, 3, ""));
  for (const bool leaves : {true, false}) {
    Typist typist(lesson.steps);
    if (!typist.ready()) return;
    const std::string answer = typist.see("Enter goes on, " + prompt);
    CHECK(has(answer, "So."));
    CHECK(!has(answer, "Once."));
    typist.type(leaves ? "q\n" : "\n");
    if (leaves) {
      CHECK(has(typist.rest(), "left out:\n   1  One\n   2  Two\n"));
      continue;
    }
    const std::string asked = typist.see("Enter begins, " + prompt);
    CHECK(has(asked, "Once."));
    CHECK(!has(asked, "Looking."));
    typist.type("b\n");
    CHECK(has(typist.see("Enter goes on, " + prompt), "So."));
    typist.type("1\n");
    CHECK(has(typist.see("Enter goes on, " + prompt), "step 1 of 2: One"));
    typist.type("q\n");
    typist.rest();
  }
}

TEST_CASE("guide: back shows what was printed, and computes nothing again") {
  Small lesson;
  Typist typist(lesson.steps);
  if (!typist.ready()) return;
  typist.see(prompt);
  typist.type("b\n");
  CHECK(has(typist.see(prompt), "This is the beginning."));
  typist.type("2\n");  // the first step runs on the way, unseen
  CHECK(!has(typist.see("Enter skips: "), "ran 1 times"));
  typist.type("\n");
  CHECK(has(typist.see(prompt), "It is 57 steps."));
  typist.type("b\n");
  const std::string again = typist.see(prompt);
  CHECK(has(again, "step 1 of 2: One"));
  CHECK(has(again, "ran 1 times"));
  typist.type("x\n");
  CHECK(has(typist.see(prompt), "That is no key here; ? lists them."));
  typist.type("7\n");
  CHECK(has(typist.see(prompt), "There are steps 1 to 2"));
  typist.type("?\n");
  CHECK(has(typist.see(prompt), ">  1  One\n   2  Two\n"));
  typist.type("\n");
  CHECK(has(typist.see("Enter ends"), "It is 57 steps."));
  typist.see(prompt);
  typist.type("\n");
  CHECK(has(typist.rest(), "1 skipped\nclaims: 2 passed"));
}

TEST_CASE("guide: q leaves with what was checked, at a question too") {
  for (const bool at_question : {false, true}) {
    Small lesson;
    Typist typist(lesson.steps);
    if (!typist.ready()) return;
    typist.see(prompt);
    typist.type("\n");
    typist.see(prompt);
    if (at_question) {
      typist.type("\n");
      typist.see("Enter skips: ");
    }
    typist.type("q\n");
    const std::string end = typist.rest();
    CHECK(has(end, "left out:\n   2  Two\n"));
    CHECK(has(end, "claims: 1 passed, 0 failed"));
    CHECK(typist.status() == 0);
  }
  Small lesson;
  Typist typist(lesson.steps, {"--further"});
  typist.see(prompt);
  typist.type("3\n");
  std::string third;
  for (const char* answer : {"the m\n", "Yes\n"}) {
    third += typist.see("Enter skips: ");
    typist.type(answer);
  }
  third += typist.see(prompt);
  CHECK(has(third, "step 3 of 3: Three"));
  CHECK(has(third, "You said the mean: right."));
  CHECK(has(third, "You said yes; it is no."));
  typist.type("q\n");
  CHECK(has(typist.rest(), "2 predictions: 1 right, 1 off\nclaims: 2 passed, 1 failed"));
  CHECK(typist.status() == 1);
}

TEST_CASE("guide: the end of the input, and --no-ask, run through") {
  Small lesson;
  for (const bool ends : {false, true}) {
    Typist typist(lesson.steps, ends ? std::vector<std::string>() : std::vector<std::string>{"--no-ask"});
    if (!typist.ready()) return;
    if (ends) {
      typist.see(prompt);
      typist.type("\x04");
    }
    const std::string text = typist.rest();
    CHECK(typist.status() == 0);
    CHECK(has(text, "After how many steps? 57 steps\n"));
    CHECK(has(text, "claims: 2 passed, 0 failed"));
    CHECK(!has(text, "Enter goes on"));
    CHECK(!has(text, "predictions"));
  }
  Typist typist(lesson.steps, {"--only", "2"});  // asks, but has nowhere to go on to
  typist.see("Enter skips: ");
  typist.type("57\n");
  const std::string text = typist.rest();
  CHECK(has(text, "You said 57 steps: right."));
  CHECK(!has(text, "ran 1 times"));
  CHECK(!has(text, prompt));
}

TEST_CASE("guide: Ctrl-C ends it, and the terminal is as it was, after a stop too") {
  Small lesson;
  Typist typist(lesson.steps);
  if (!typist.ready()) return;
  typist.see(prompt);
  typist.stop_and_continue();
  typist.see("Enter begins, " + prompt);  // once more, since the shell's own text came between
  CHECK(typist.terminal_is_as_before());
  typist.type("\x03");
  typist.rest();
  CHECK(typist.status() == -1);
  CHECK(typist.terminal_is_as_before());
}

TEST_CASE("guide: a terminal of 40 columns") {
  Small lesson;
  Typist typist(lesson.steps, {}, 40, 15);
  if (!typist.ready()) return;
  std::string all = typist.see(prompt);
  for (const char* keys : {"?\n", "\n", "b\n", "2\n"}) {
    typist.type(keys);
    all += "\n" + typist.see(keys[0] == '2' ? "Enter skips: " : prompt);
  }
  typist.type("two hundred\n");
  all += "\n" + typist.see("Enter skips: ");
  typist.type("1\n");
  typist.see(prompt);
  typist.type("q\n");
  all += "\n" + typist.rest();
  std::istringstream lines(all);
  for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(lesson::visible_width(line) <= 40, line);
  CHECK(has(all, "'two hundred' is no such answer"));
}

TEST_CASE("guide: what is longer than the terminal comes page by page, again too") {
  Small lesson;
  lesson.steps[0].body = [] {
    for (int line = 1; line <= 20; ++line) lesson::say("line {} of 20\n", line);
  };
  Typist typist(lesson.steps, {}, 100, 20);
  if (!typist.ready()) return;
  typist.see(prompt);
  for (const char* key : {"\n", "1\n"}) {
    typist.type(key);
    std::string all;
    int pages = 0;
    do {
      const std::string page = typist.see("q out");
      CHECK(std::ranges::count(page, '\n') <= 20);
      all += page;
      ++pages;
      if (page.ends_with("Enter reads on, q out")) typist.type("\n");
    } while (all.ends_with("Enter reads on, q out"));
    typist.see("keys ");
    CHECK(pages >= 3);
    CHECK(has(all, "step 1 of 2: One"));
    CHECK(all.find("line 20 of 20") < all.find("One was seen."));
  }
  typist.type("1\n");
  typist.see("Enter reads on, q out");
  typist.type("q\n");
  CHECK(has(typist.rest(), "left out:\n   2  Two\n"));
}

TEST_CASE("guide: prose goes with the step before it up to a heading") {
  Small lesson;
  const auto cells = lesson::read_cells(lesson.path);
  const auto spine = lesson::sections_of(cells, lesson.steps, {});
  REQUIRE(spine.size() == 3);
  CHECK(spine[0].number == 0);
  CHECK(spine[0].before == "# 9. Why?\n\nBecause.\n\n\n");
  CHECK(spine[1].before == "## Look\n\nLooking.\n\n");
  CHECK(spine[1].after == "One was seen.\n\n\n");
  CHECK(spine[2].number == 2);
  CHECK(spine[2].after == "Two was seen.\n\n\n## Reading\n\nA book.\n\n");
  auto no_heading = cells;
  no_heading[2].text = "One was seen.\n\nThinking.\n";
  const auto without = lesson::sections_of(no_heading, lesson.steps, {});
  CHECK(without[1].after.empty());  // nothing tells where it ends, and the next step may need it
  CHECK(without[2].before == "One was seen.\n\nThinking.\n\n");
  const auto all = lesson::sections_of(cells, lesson.steps, {.further = true});
  REQUIRE(all.size() == 4);
  CHECK(all[2].after == "Two was seen.\n\n\n");
  CHECK(all[3].before == "## Further\n\nBeside it.\n\n");
  CHECK(all[3].after == "Three was seen.\n\n\n## Reading\n\nA book.\n\n");
}
