// What an exercise's tests print, and what they report, for a learner.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace judge {

/// What doctest printed, without its frame: all of the first red test, and the names of the others.
std::string readable(std::string_view printed);

/// What doctest printed with the test that crashed first, which is the last that it tells of, and without the
/// line of the standard library's own check.
std::string crash_first(std::string_view printed);

/// The same text, where a check that shows no more than true or false, or twice the same, shows what the test
/// says about it instead.
std::string plainly(std::string_view text);

/// A test case: its name, how many checks it has at least, and what the reporter said of it.
struct Test {
  std::string name;
  int needed = 1;
  int checks = 0;
  int failed = 0;
  bool ended = false;
  bool passed = false;  // as doctest says; an exception fails a test too

  bool right() const { return ended && passed && failed == 0 && checks >= needed; }
};

/// The test cases in the text of a test. `counts` are lines with an exercise's name and the number of checks
/// that the solution makes in each test.
std::vector<Test> tests_in(std::string_view text, const std::vector<std::string>& counts,
                           const std::string& exercise);

enum class Report { complete, cut_off, forged };

/// Reads what tests/exercises/reporter.cpp wrote into the channel: each line begins with the number of this
/// run. Complete is a report in which each test, and no other, began and ended once, and after them the run.
Report read_report(std::string_view reported, const std::string& number, std::vector<Test>& tests);

}  // namespace judge
