#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "../files.hpp"
#include "lesson_run.hpp"
#include "support/text.hpp"

// A lesson as a program: what it prints in which surroundings, and what it makes of the learner's own data.

namespace {

Printed run(const Words& flags, const Words& variables = {}, const std::string& input = "") {
  return run_lesson("03_timestep_differencing", flags, variables, input);
}

Printed run_on(const std::string& data, Words flags = {}) {
  flags.insert(flags.end(), {"--no-prose", "--data", data});
  return run(flags);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("lessons: what is printed fits a narrow terminal, and is plain where colours do not show") {
  for (const Words& variables :
       {Words{"COLUMNS=60", "NO_COLOR=1", "CLICOLOR_FORCE=1"}, {"COLUMNS=60", "TERM=dumb"}}) {
    CAPTURE(variables[1]);
    const Printed printed = run({"--only", "2"}, variables);
    CHECK(printed.status == 0);
    CHECK(!holds(printed.text, "\033"));
    std::istringstream lines(printed.text);
    for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(lesson::visible_width(line) <= 60, line);
  }
  CHECK(holds(run({"--only", "2"}, {"CLICOLOR_FORCE=1"}).text, "\033[1m"));
}

TEST_CASE("lessons: where no terminal is, nobody is asked") {
  const Printed alone = run({"--only", "1"}, {}, "\n\n\n");
  CHECK(alone.status == 0);
  CHECK(holds(alone.text, "claims:"));
  CHECK(!holds(alone.text, "Enter"));
}

TEST_CASE("lessons: recorded, the output names its steps and is the same in every terminal") {
  const Printed narrow = run({"--only", "2"}, {"LESSON_RECORD=1", "COLUMNS=40", "CLICOLOR_FORCE=1"});
  CHECK(narrow.text == run({"--only", "2"}, {"LESSON_RECORD=1", "NO_COLOR=1"}).text);
  CHECK(narrow.text.starts_with("\x1e{\"step\":{\"line\":"));
  CHECK(holds(narrow.text, "\x1e{\"end\":{\"passed\":5,\"failed\":0,\"skipped\":0}}\n"));
  CHECK(!holds(narrow.text, "\033"));
  CHECK(!holds(narrow.text, "## "));
}

TEST_CASE("lessons: the learner's own series, one or many columns") {
  const Folder directory("lesson_data");
  std::string one = "level\n", many;
  for (int row = 0; row < 120; ++row) {
    one += std::to_string(20 + row % 7) + "\n";
    for (int column = 0; column < 274; ++column)
      many += (column == 0 ? "" : ",") + std::string(column == row % 274 ? "1" : "0");
    many += "\n";
  }
  for (const auto& [file_name, text] :
       {std::pair<const char*, std::string>{"one.csv", one}, {"many.csv", many}}) {
    const std::string name = file_name;
    CAPTURE(name);
    const Printed printed =
        run_on(directory.file(name, text), {"--epochs", "1", "--window", "12", "--overlap", "4"});
    CHECK(printed.status == 0);
    CHECK(holds(printed.text, "120 rows of"));
    CHECK(holds(printed.text, "window mean"));
    CHECK(!holds(printed.text, "Two sizes"));  // the other steps are about the lesson's own data
  }
}

TEST_CASE("lessons: a series around a large number trains like the same series around 0") {
  const Folder directory("lesson_data");
  const auto table_of = [&](long long offset) {
    std::string text = "level\n";
    for (int row = 0; row < 120; ++row) text += std::to_string(offset + row * row % 31) + "\n";
    std::string printed = run_on(directory.file("level.csv", text), {"--epochs", "2"}).text;
    const std::size_t start = printed.find("standardised"), stop = printed.find("Best lazy");
    REQUIRE(stop < printed.size());
    printed = printed.substr(start, stop - start);
    std::erase(printed, ' ');  // the column is as wide as the other rows need
    return printed;
  };
  CHECK(table_of(0) == table_of(1600000000));
}

TEST_CASE("lessons: a bad file is one clear error and a bad exit status") {
  const Folder directory("lesson_data");
  const struct {
    const char *name, *text, *error;
  } files[] = {{"empty.csv", "", "is empty"},
               {"ragged.csv", "a,b\n1,2\n3\n", "line 3"},
               {"binary.csv", "1,2\n\xff\xfe,3\n", "no text in UTF-8"},
               {"one_row.csv", "1;2\n", "windows of 14"},
               {"word.csv", "a,b\n1,2\n3,four\n", "four"}};
  for (const auto& [file_name, text, error] : files) {
    const std::string name = file_name;
    CAPTURE(name);
    const Printed printed = run_on(directory.file(name, text));
    CHECK(printed.status == 1);
    CHECK_MESSAGE(holds(printed.text, error), printed.text);
    CHECK(count(printed.text, "stopped:") == 2);  // in the text, and on stderr since that text is redirected
  }
  const Printed missing = run_on((directory.path / "missing.csv").string());
  CHECK(missing.status == 1);
  CHECK(holds(missing.text, "there is no file"));
  CHECK(run_on(directory.path.string()).status == 1);
  CHECK(run_on((directory.path / "word.csv").string(), {"--only", "3"}).status == 2);
  CHECK(holds(run({"--epochs", "x"}).text, "'x' is no whole number"));
}
