#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "../files.hpp"
#include "lesson_run.hpp"
#include "support/text.hpp"

// What lesson 02 makes of a learner's own table with a column of classes.

namespace {

Printed run(const std::string& data, const std::string& target, const Words& more = {}) {
  Words flags = {"--no-prose", "--data", data, "--target", target};
  flags.insert(flags.end(), more.begin(), more.end());
  return run_lesson("02_sigmoid_or_softmax", flags);
}

// A hundred rows: a feature, a constant, and the target.
std::string table_of(const char* target, int rows = 100) {
  std::string text = "level,same,late\n";
  for (int row = 0; row < rows; ++row)
    text += fmt::format("{},7,{}\n", 20 + row * 37 % 41, row == 40 ? target : row % 3 == 0 ? "1" : "0");
  return text;
}

}  // namespace

TEST_CASE("lessons: a table with two classes") {
  const Folder directory("two_classes");
  const std::string file = directory.file("good.csv", table_of("1"));
  for (const char* target : {"late", "3"}) {
    const Printed printed = run(file, target, {"--steps", "20"});
    CHECK(printed.status == 0);
    CHECK(holds(printed.text, "separator: comma (3 fields in each line)"));
    CHECK(holds(printed.text, "line 1: names, since none of its fields is a number"));
    CHECK(holds(printed.text, "columns used: level, same; left out: late (the classes)"));
    CHECK(holds(printed.text, "never change in the training rows: same"));
    CHECK(holds(printed.text, "classes of \"late\": 0 (65 rows), 1 (35 rows)"));
    CHECK(holds(printed.text, "rows to train on"));
    CHECK(holds(printed.text, "majority"));
    CHECK(!holds(printed.text, "A score of 50"));  // the other steps are about the lesson's own data
  }
}

TEST_CASE("lessons: the rare class of a table, named at 0.5 and at a threshold from costs") {
  const Folder directory("rare_class");
  std::string text = "level,late\n";  // the level tells nothing
  for (int row = 0; row < 500; ++row) text += fmt::format("{},{}\n", row * 37 % 503, row % 10 == 0);
  const std::string file = directory.file("rare.csv", text);
  const auto recalls = [&](const char* cost) {
    const Printed printed = run_lesson("12_rare_class", {"--no-prose", "--data", file, "--target", "late",
                                                         "--missed-cost", cost});
    CHECK_MESSAGE(printed.status == 0, printed.text);
    CHECK(holds(printed.text, "100 test rows,"));
    CHECK_MESSAGE(holds(printed.text, "of the rarest class, true"), printed.text);
    std::string found;
    for (const std::string& line : lesson::lines_of(printed.text))
      if (line.starts_with("above ")) found += line.find(" 0%") != std::string::npos ? "none " : "some ";
    return found;
  };
  CHECK(recalls("20") == "none some ");  // 1 in 10 is above 1 / 21
  CHECK(recalls("2") == "none none ");   // and not above 1 / 3
}

TEST_CASE("lessons: a table that has no two classes is one clear error and a bad exit status") {
  const Folder directory("two_classes");
  const struct {
    std::string text;
    const char *target, *error;
  } files[] = {{table_of("2"), "late", "class 2 of \"late\" has 1 of 100 rows"},
               {table_of("0.5"), "late", "class 0.5 of \"late\" has 1 of 100 rows"},
               {table_of("soon"), "late", "class soon of \"late\" has 1 of 100 rows"},
               {table_of(""), "late", "line 42, column 3 (late): the field is empty; a class is needed"},
               {table_of("1"), "same", "\"same\" is 7 in all 100 rows; two classes are needed"},
               {table_of("1"), "Late", "did you mean \"late\"?"},
               {table_of("1"), "", "--target is missing"},
               {table_of("1", 12), "late", "12 rows; at least 30"},
               {"late\n0\n1\n", "late", "no column is left: late (the classes)"}};
  for (const auto& [text, target, needed] : files) {
    const std::string error = needed;
    CAPTURE(error);
    const std::string file = directory.file("bad.csv", text);
    const Printed printed = run(file, target);
    CHECK(printed.status == 1);
    CHECK_MESSAGE(holds(printed.text, error), printed.text);
  }
}

TEST_CASE("lessons: a table sorted by class, with an index, a date and a large offset") {
  const Folder directory("two_classes");
  std::string text = "id;date;ms;class\n";
  for (int row = 0; row < 200; ++row)
    text += fmt::format("{};2020-01-{:02};{};{}\n", row, row % 28 + 1, 1600000000LL * 1000 + row * 37 % 41,
                        row / 100);
  const std::string file = directory.file("sorted.csv", text);
  const Printed printed = run(file, "class", {"--steps", "20"});
  CHECK_MESSAGE(printed.status == 0, printed.text);
  CHECK(holds(
      printed.text,
      "columns used: ms; left out: id (counts 0, 1, ..), date (text: 2020-01-01), class (the classes)"));
  CHECK(holds(printed.text, "classes of \"class\": 0 (100 rows), 1 (100 rows)"));
  CHECK(holds(run(file, "class", {"--steps", "20", "--columns", "id"}).text,
              "columns used: id; left out: the other 3"));
  CHECK(holds(run(file, "class", {"--steps", "20", "--skip", "ms"}).text, "no column is left"));
  CHECK(run(file, "class", {"--header", "maybe"}).status == 1);
}

TEST_CASE("lessons: rows that stand in a table twice come into one part of the split") {
  const Folder directory("two_classes");
  std::string rows;
  for (int row = 0; row < 50; ++row) rows += fmt::format("{}.25,{}\n", row * 37 % 101, row % 3 == 0 ? 1 : 0);
  const std::string names = "level,late\n";
  const Printed printed = run(directory.file("twins.csv", names + rows + rows), "late", {"--steps", "20"});
  CHECK_MESSAGE(printed.status == 0, printed.text);
  CHECK(holds(printed.text, "100 rows have features that stand in the table more than once; equal rows"));
  CHECK(!holds(run(directory.file("once.csv", names + rows), "late", {"--steps", "20"}).text,
               "more than once"));
}
