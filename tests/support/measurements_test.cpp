#include "support/measurements.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../environment.hpp"
#include "../support.hpp"
#include "support/seeds.hpp"
#include "support/settings.hpp"
#include "support/terminal.hpp"

namespace {

/// The shared flags, put back at the end.
class Flags {
 public:
  Flags(int seed, int seeds) : before_(lesson::settings()) {
    lesson::settings().seed = seed;
    lesson::settings().seeds = seeds;
  }
  ~Flags() { lesson::settings() = before_; }

 private:
  lesson::Settings before_;
};

std::vector<int> numbers(const lesson::SeedRange& seeds) {
  std::vector<int> all;
  for (const int seed : seeds) all.push_back(seed);
  return all;
}

}  // namespace

TEST_CASE("measurements: a NaN among numbers leaves nothing that compares") {
  const lesson::Spread odd = lesson::spread({3, 1, 2}), even = lesson::spread({4, 1, 2, 3});
  CHECK(odd.median == 2);
  CHECK(odd.low == 1);
  CHECK(odd.high == 3);
  CHECK(even.median == 2.5);
  for (std::vector<double> with : {std::vector<double>{NAN, 1, 2}, {1, 2, NAN}, {1, NAN}}) {
    const lesson::Spread none = lesson::spread(with);
    CHECK(std::isnan(none.median));
    CHECK(std::isnan(none.low));
    CHECK(std::isnan(none.high));
  }
}

TEST_CASE("measurements: how numbers, shares and ranges are written") {
  using lesson::number_text;
  CHECK(number_text(0.67, {.percent = true}) == "67%");
  CHECK(number_text(0.67, {.percent = true, .decimals = 1}) == "67.0%");
  CHECK(number_text(0.01234) == "0.0123");
  CHECK(number_text(12.5, {.decimals = 0}) == "12");
  CHECK(number_text(0.032, {.percent = true, .decimals = 1, .sign = true}) == "+3.2%");
  CHECK(number_text(-0.032, {.percent = true, .decimals = 1, .sign = true}) == "-3.2%");
  CHECK(number_text(1000, {.decimals = 0, .limit = 1000}) == ">1000");
  CHECK(number_text(999, {.decimals = 0, .limit = 1000}) == "999");
  CHECK(number_text(INFINITY) == "inf");  // the default limit is none
  CHECK(number_text(lesson::Spread{0.67, 0.63, 0.77}, {.percent = true}) == "67% (63 to 77)");
  CHECK(number_text(lesson::Spread{0.67, 0.671, 0.674}, {.percent = true}) == "67%");
  CHECK(number_text(lesson::Spread{215, 200, 1000}, {.decimals = 0, .limit = 1000}) == "215 (200 to >1000)");
  CHECK(number_text(lesson::Spread{1000, 1000, 1000}, {.decimals = 0, .limit = 1000}) == ">1000");
  CHECK(number_text(lesson::spread({NAN, 1})) == "nan");
  CHECK(lesson::percent(0.055).text == "6%");
  CHECK(lesson::percent(0.0549, 1).text == "5.5%");
  CHECK(lesson::percent(1).right);
}

TEST_CASE("measurements: a number for each seed under a row and a column") {
  lesson::Measurements errors("words right", {.percent = true});
  errors.column("seconds", {.decimals = 1});
  for (const double value : {0.6, 0.8, 0.7}) errors.add("masked", "after", value);
  errors.add("masked", "seconds", 2.25);
  errors.add(5, 0.5, 0.25);
  CHECK(errors.values("masked", "after") == std::vector<double>{0.6, 0.8, 0.7});
  CHECK(errors.median("masked", "after") == 0.7);
  CHECK(errors.spread("masked", "after").low == 0.6);
  CHECK(errors.spread("masked", "after").high == 0.8);
  CHECK(errors.rows() == std::vector<std::string>{"masked", "5"});
  CHECK(errors.columns() == std::vector<std::string>{"seconds", "after", "0.5"});
  CHECK(errors.cell("masked", "after").text == "70% (60 to 80)");
  CHECK(errors.cell("masked", "seconds").text == "2.2");
  CHECK(errors.cell("masked", "0.5").text == "");
  CHECK(errors.cell("5", "0.5").text == "25%");
  CHECK(fails_with([&] { errors.median("maskd", "after"); },
                   "[measurements] words right: nothing was added under row \"maskd\"; did you mean "
                   "\"masked\"? and column \"after\""));
  CHECK(fails_with([&] { errors.values("5", "after"); },
                   "nothing was added under row \"5\" and column \"after\""));
  CHECK(fails_with([] { lesson::Measurements("x").table(); }, "nothing was added, so there is no table"));
}

TEST_CASE("measurements: the table says what was measured and over how many runs") {
  const Environment width("COLUMNS", "80");
  lesson::Measurements errors("words right", {.percent = true});
  for (const double value : {0.6, 0.8, 0.7}) errors.add("masked", "after", value);
  const auto text_of = [&] {
    lesson::Capture capture;
    errors.table("scheme");
    return capture.text();
  };
  CHECK(text_of() ==
        "words right, median (range) of 3 runs\n\nscheme           after\n------  --------------\n"
        "masked  70% (60 to 80)\n\n");
  errors.add("plain", "after", 0.5);
  CHECK(text_of().starts_with("words right, median (range) of 1 to 3 runs\n"));
  lesson::Measurements one("loss");
  one.add("a", "b", 1.5);
  lesson::Capture capture;
  one.table();
  CHECK(capture.text() == "loss, of one run\n\n      b\n-  ----\na  1.50\n\n");
}

TEST_CASE("seeds: from --seed on, as many as the experiment or --seeds says") {
  {
    const Flags flags(7, 0);
    CHECK(numbers(lesson::seeds(3)) == std::vector<int>{7, 8, 9});
    CHECK(numbers(lesson::seeds(1, 2, 5)) == std::vector<int>{7, 8});
    lesson::settings().quick = true;
    CHECK(numbers(lesson::seeds(1, 2, 5)) == std::vector<int>{7});
    lesson::settings().quick = false;
    lesson::settings().full = true;
    CHECK(lesson::seeds(1, 2, 5).size() == 5);
    CHECK(fails_with([] { lesson::seeds(0, 2, 5); }, "[seeds] 0 seeds; at least 1 is needed"));
  }
  const Flags flags(std::numeric_limits<int>::max() - 2, 2);
  CHECK(numbers(lesson::seeds(9)).size() == 2);
  CHECK(fails_with([] { lesson::settings().seeds = 3, lesson::seeds(9); }, "leaves no room for 3 seeds"));
}
