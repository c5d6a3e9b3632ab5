#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>

#include "../files.hpp"
#include "support/csv.hpp"

// Whether the rows of a series follow each other.

namespace {

using Field = std::function<std::string(int row)>;

/// What is said of the order of rows that have these fields in front of a number; nothing where all is well.
std::string doubts(const std::string& names, int rows, const Field& field) {
  const Folder folder("csv_order");
  std::string text = names + ",level\n";
  for (int row = 0; row < rows; ++row) text += fmt::format("{},{:.2f}\n", field(row), row * row % 17 * 0.3);
  const std::string path = folder.file("table.csv", text);
  const std::string usual = lesson::read_csv(path).understood,
                    series = lesson::read_csv(path, {.series = true}).understood;
  const std::string begin = usual + "\nlook at the order of the rows: ";
  if (series == usual) return "";
  CHECK(series.starts_with(begin));
  return series.substr(begin.size());
}

std::string date(int day) { return fmt::format("2024-{:02}-{:02}", 1 + day / 28, 1 + day % 28); }

}  // namespace

TEST_CASE("csv: dates that fall, or are out of order") {
  CHECK(doubts("day", 100, date) == "");
  CHECK(doubts("day", 100, [](int row) { return date(99 - row); }) ==
        "day falls: the newest row comes first. Turn the rows round");
  CHECK(doubts("day", 100, [](int row) { return date(row * 37 % 100); }) ==
        "day is out of order: line 5 is earlier than line 4. Sort the rows by it");
  CHECK(doubts("t", 100, [](int row) { return fmt::format("{}", 1704067200 + 3600 * (row * 37 % 100)); }) ==
        "t is out of order: line 5 is earlier than line 4. Sort the rows by it");
  CHECK(doubts("t", 100, [](int row) {
          return fmt::format("{}", row * 37 % 100);
        }).starts_with("t is out of order"));
  CHECK(doubts("x", 100, [](int row) { return fmt::format("{}", row * 37 % 101); }) == "");  // not each once
  CHECK(doubts("day", 50, [](int row) {
          return fmt::format("2024{:02}{:02}", 1 + row % 5, 1 + row / 5);
        }).starts_with("day is out of order: line 7"));
  // Days and months in three ways, and one that nobody can tell.
  const auto in = [](const char* form) {
    return [=](int row) { return fmt::format(fmt::runtime(form), 1 + row / 28, 1 + row % 28, 2024); };
  };
  CHECK(doubts("day", 100, in("{1}.{0}.{2}")) == "");
  CHECK(doubts("day", 12, [](int row) { return fmt::format("01.{:02}.2024", row + 1); }) == "");
  CHECK(doubts("day", 12, [](int row) {
          return fmt::format("{:02}.01.2024", 12 - row);
        }).starts_with("day falls"));
  CHECK(doubts("day", 100, in("{0}/{1}/{2}")) == "");
  CHECK(doubts("day", 100, in("{1}/{0}/{2}")) == "");
  CHECK(doubts("day", 12, [](int row) { return fmt::format("{}/1/2024", 12 - row); }) == "");
  CHECK(doubts("day", 20, [](int) { return "2024-02-31"; }) == "");  // no date
}

TEST_CASE("csv: dates that repeat or have holes") {
  CHECK(doubts("day", 100, [](int row) { return date(row / 2); }) ==
        "day repeats: 50 rows have that of the row before, as line 3");
  CHECK(doubts("day", 100, [](int row) { return date(row + (row > 50 ? 60 : 0)); }) ==
        "day has 1 hole, the longest after line 52");
  const auto hour = [](int row) { return fmt::format("{}T{:02}:00:00Z", date(row / 24), row % 24); };
  CHECK(doubts("time", 100, hour) == "");
  CHECK(doubts("time", 100, [&](int row) { return hour(row + row / 40 + (row > 90)); }) ==
        "time has 3 holes, the longest after line 41");
  // Working days, and the first days of months.
  CHECK(doubts("day", 20, [](int row) { return fmt::format("2024-01-{:02}", 1 + row + row / 5 * 2); }) == "");
  CHECK(doubts("day", 12, [](int row) { return fmt::format("2024-{:02}-01", 1 + row); }) == "");
}

TEST_CASE("csv: several series below each other, or row by row in turn") {
  CHECK(doubts("place", 100, [](int row) { return row < 60 ? "a" : "b"; }) ==
        "place has 2 values (a: 60, b: 40 rows): are these several series? Keep one");
  CHECK(doubts("place", 100, [](int row) { return row % 3 ? "dry" : "wet"; }) == "");  // a weather, perhaps
  CHECK(doubts("time,place", 100, [](int row) { return date(row / 2) + (row % 2 ? ",a" : ",b"); }) ==
        "place has 2 values (a: 50, b: 50 rows): are these several series? Keep one; time repeats: 50 rows "
        "have that of the row before, as line 3");
  CHECK(
      doubts("unit,cycle", 120, [](int row) { return fmt::format("{},{}", 1 + row / 40, 1 + row % 40); }) ==
      "unit goes from 1 to 3 in blocks: are these several series? Keep one; cycle begins anew 2 times, as in "
      "line 42: are these several series? Keep one");
  for (const int natural : {7, 12, 24, 31, 60})
    CHECK(doubts("hour", 200, [=](int row) { return std::to_string(row % natural); }) == "");
  CHECK(doubts("year", 60, [](int row) { return std::to_string(2018 + row / 12); }) == "");
}
