#include "support/predict.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "../sources.hpp"
#include "../support.hpp"
#include "support/terminal.hpp"

using lesson::Nearness;

TEST_CASE("predictions: how near a number is") {
  using lesson::nearness;
  CHECK(nearness(57, 57) == Nearness::right);
  CHECK(nearness(0.333, 1.0 / 3) == Nearness::right);  // as far as the answer is written
  CHECK(nearness(0, 0) == Nearness::right);
  CHECK(nearness(200, 203) == Nearness::right);  // rounded to two digits
  CHECK(nearness(3.3, 3.27) == Nearness::right);
  CHECK(nearness(3.2, 3.27) == Nearness::near);
  CHECK(nearness(0.03, 0.0288) == Nearness::near);  // rounded to one
  CHECK(nearness(46, 57) == Nearness::near);
  CHECK(nearness(71, 57) == Nearness::near);
  CHECK(nearness(2, 3) == Nearness::near);
  CHECK(nearness(2.2, 3) == Nearness::not_far);
  CHECK(nearness(72, 57) == Nearness::not_far);
  CHECK(nearness(200, 57) == Nearness::not_far);
  CHECK(nearness(5.7, 57) == Nearness::not_far);
  CHECK(nearness(5.6, 57) == Nearness::off);
  CHECK(nearness(571, 57) == Nearness::off);
  CHECK(nearness(-57, -60) == Nearness::near);
  CHECK(nearness(-57, 57) == Nearness::off);
  CHECK(nearness(1, 0) == Nearness::off);  // a gradient that is 0 is not nearly 1
  CHECK(nearness(0, 1) == Nearness::off);
  CHECK(nearness(1, NAN) == Nearness::off);
  const lesson::PredictionStyle share = {.percent = true};
  CHECK(nearness(0.34, 0.3401, share) == Nearness::right);
  CHECK(nearness(0.03, 0.0322, share) == Nearness::right);  // a whole percentage
  CHECK(nearness(0.07, 0.0682, share) == Nearness::right);  // 100 * 0.07 is not 7
  CHECK(nearness(0.30, 0.345, share) == Nearness::near);
  CHECK(nearness(0.28, 0.345, share) == Nearness::not_far);
  CHECK(nearness(0.02, 0.2, share) == Nearness::not_far);
  CHECK(nearness(0.5, 0.25, share) == Nearness::off);
  CHECK(nearness(0, 0.04, share) == Nearness::near);
}

// The book's predict.js is held to the same cases, by tests/book/predict.py.
TEST_CASE("predictions: the cases that the book shares") {
  const std::vector<std::string> names = {"right", "near", "not far", "off"};
  int cases = 0;
  for (const std::string& line : read_lines(project_path / "tests/support/predictions.txt")) {
    if (line.starts_with('#')) continue;
    Lines fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, '|');) fields.push_back(field);
    REQUIRE(fields.size() == 5);
    const double said = std::stod(fields[0]), is = std::stod(fields[1]);
    const bool percent = fields[2] == "%";
    const lesson::PredictionStyle style = {.percent = percent, .unit = percent ? "" : fields[2]};
    INFO(line);
    CHECK(names.at(static_cast<std::size_t>(lesson::nearness(said, is, style))) == fields[3]);
    CHECK(lesson::compared(said, is, style) == fields[4]);
    ++cases;
  }
  CHECK(cases > 30);
}

TEST_CASE("predictions: where nobody is asked, question and answer are printed") {
  const auto printed = [](auto call) {
    lesson::Capture capture;
    call();
    return capture.text();
  };
  CHECK(printed([] { CHECK(lesson::predict("How many?", 57) == 57); }) == "How many? 57\n\n");
  CHECK(printed([] { lesson::predict("How many?", 57, {.unit = "steps"}); }) == "How many? 57 steps\n\n");
  CHECK(printed([] { lesson::predict("How far?", 0.01234f); }) == "How far? 0.0123\n\n");
  CHECK(printed([] { lesson::predict("How much?", 0.34f, {.percent = true}); }) == "How much? 34%\n\n");
  CHECK(printed([] { CHECK(lesson::predict("Does it?", true)); }) == "Does it? yes\n\n");
  CHECK(printed([] {
          const auto answer = lesson::predict("Does it?", [] { return false; });
          static_assert(std::is_same_v<decltype(answer), const bool>);
          CHECK(!answer);
        }) == "Does it? no\n\n");
  CHECK(printed([] { lesson::predict("Which?", {"the sum", "the mean"}, 1); }) == "Which? the mean\n\n");
  CHECK(printed([] { lesson::predict("Which?", {"a", "b"}, [] { return 0; }); }) == "Which? a\n\n");
  CHECK(lesson::predictions_made() == "");
}

TEST_CASE("predictions: choices that cannot be are errors") {
  CHECK(fails_with([] { lesson::predict("Which?", std::vector<std::string>{"a"}, 0); },
                   "[predict] 1 choices for \"Which?\"; at least 2 are needed"));
  for (const int answer : {-1, 2})
    CHECK(fails_with([=] { lesson::predict("Which?", {"a", "b"}, answer); }, "0 to 1 is needed"));
}
