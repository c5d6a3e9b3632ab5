#include <doctest/doctest.h>

#include <algorithm>
#include <iostream>

#include "../environment.hpp"
#include "figures.hpp"
#include "support/command_line.hpp"
#include "support/figure/csv.hpp"
#include "support/figure/scale.hpp"
#include "support/terminal.hpp"

// The pictures of lessons: what they refuse, how they look as text and as numbers, and where they go.

std::string shown(const Figure& figure, const lesson::Settings& with, const char* columns) {
  const Environment width("COLUMNS", columns);
  const lesson::Settings before = lesson::settings();
  lesson::settings() = with;
  lesson::forbid_colour();
  std::ostringstream printed;
  std::streambuf* screen = std::cout.rdbuf(printed.rdbuf());
  const std::string refused = refusal([&] { lesson::show(figure); });
  std::cout.rdbuf(screen);
  lesson::settings() = before;
  return refused == nothing_refused ? printed.str() : refused;
}

TEST_CASE("figure: mistakes say what was got and what is needed") {
  Figure figure("f", "A finding.");
  CHECK(refusal([] { Figure("a/b", "x"); }) ==
        "[figure] the name is 'a/b'; it names files, so it needs letters, digits, _ and - only");
  CHECK(
      refusal([] { Figure("f", " \n"); }) ==
      "[figure f] the finding is empty; it needs a sentence that says what to see, for who cannot see it too");
  CHECK(refusal([&] {
          figure.line("raw", {1, 2, 3}, {1, 2});
        }) == "[figure f] line 'raw' has 3 x for 2 y; each point needs both");
  CHECK(refusal([&] { figure.line("raw", {}); }) ==
        "[figure f] line 'raw' has no numbers; it needs at least one");
  CHECK(
      refusal([&] {
        figure.points("p", {1, 2}, {NAN, INFINITY});
      }) ==
      "[figure f] points 'p': all 2 numbers are NaN or infinite; at least one must be finite. The first is nan");
  CHECK(refusal([&] {
          figure.line("raw", {1, NAN}, {NAN, 1});
        }) == "[figure f] line 'raw': no point has both a finite x and a finite y; at least one must");
  CHECK(refusal([&] {
          figure.band("b", {1}, {1}, {1, 2});
        }) == "[figure f] upper edge of band 'b' has 1 x for 2 y; each point needs both");
  CHECK(refusal([&] {
          figure.bars("b", {"x", "y"}, {1});
        }) == "[figure f] bars 'b': 2 categories for 1 values; each needs one");
  CHECK(refusal([&] {
          figure.heat_map({1, 2, 3}, 2, 2);
        }) == "[figure f] heat map: 3 values for 2 rows and 2 columns; rows times columns are needed");
  CHECK(refusal([&] {
          figure.heat_map({1, 2}, 2, 1, {.row_names = {"a"}});
        }) == "[figure f] heat map: 1 names for 2 rows; give 2 or none");
  CHECK(refusal([&] {
          figure.axes({.y_range = {2, 1}});
        }) == "[figure f] y_range goes from 2 to 1; the first must be the smaller");
  CHECK(refusal([&] {
          figure.axes({.log_x = true, .x_range = {0, 1}});
        }) == "[figure f] x_range of a log axis goes from 0 to 1; both must be above 0");
  CHECK(shown(figure) ==
        "[figure f] the figure is empty; it needs a line, points, bars, a strip or a heat map");
}

TEST_CASE("figure: mistakes that only the whole shows") {
  Figure log("f", "A finding.");
  log.line("raw", {1, 0.5, 0});
  log.axes({.log_y = true});
  CHECK(shown(log) ==
        "[figure f] 'raw' on a log axis: y[2] is 0; all must be above 0. Leave log_y out, or NaN in");
  Figure mixed("f", "A finding.");
  mixed.bars("b", {"x"}, {1});
  CHECK(refusal([&] { mixed.bars("c", {"y"}, {1}); }) ==
        "[figure f] bars 'c': other categories than those before; in one panel they must be the same");
  mixed.line("raw", {1, 2});
  CHECK(shown(mixed) == "[figure f] the figure has bars and 'raw'; beside bars only a baseline can stand");
  Figure two("f", "A finding.");
  two.panel("one");
  two.line("raw", {1, 2});
  two.panel("two");
  CHECK(shown(two) ==
        "[figure f] panel 'two' is empty; it needs a line, points, bars, a strip or a heat map");
  two.heat_map({1}, 1, 1);
  CHECK(refusal([&] { two.heat_map({1}, 1, 1); }) ==
        "[figure f] a second heat map in one panel; call panel() before it");
  two.baseline("b", 1);
  CHECK(shown(two) == "[figure f] panel 'two' has a heat map and something else; give each a panel");
}

TEST_CASE("figure: panels under one call of axes() have the same ranges") {
  Figure figure("f", "A finding.");
  figure.axes({.x = "t"});
  figure.panel("a");
  figure.line("l", {0, 1});
  figure.panel("b");
  figure.line("l", {0, 10});
  figure.panel("c");
  figure.axes({.y_range = {-2, lesson::Range::from_data}});
  figure.line("l", {0, 100});
  const lesson::Drawing& drawing = figure.drawing();
  CHECK(drawing.panels[0].axes == drawing.panels[1].axes);
  CHECK(lesson::y_scale(drawing, drawing.panels[0].axes, 5).high == 10);
  const lesson::Scale own = lesson::y_scale(drawing, drawing.panels[2].axes, 5);
  CHECK(own.low == -2);
  CHECK(own.high == 100);
}

TEST_CASE("figure: ticks are round, and numbers short") {
  const auto labels = [](double low, double high, bool log) {
    Figure figure("f", "A finding.");
    figure.axes({.log_y = log});
    figure.line("l", {low, high});
    std::string text;
    for (const auto& tick : lesson::y_scale(figure.drawing(), 1, 5).ticks()) text += tick.label + " ";
    return text;
  };
  CHECK(labels(0.03, 0.93, false) == "0 0.2 0.4 0.6 0.8 1.0 ");
  CHECK(labels(-1, 3, false) == "-1 0 1 2 3 ");
  CHECK(labels(0, 2e-7, false) == "0 5e-8 1e-7 1.5e-7 2e-7 ");
  CHECK(labels(1e16, 1e16, false) != "");
  CHECK(labels(8e-5, 0.14, true) == "1e-4 0.001 0.01 0.1 ");
  CHECK(labels(0.15, 0.9, true) == "0.1 0.2 0.5 1 ");
  CHECK(labels(1e-30, 1, true) == "1e-30 1e-24 1e-18 1e-12 1e-6 1 ");
  CHECK(lesson::short_number(9.9996e-5) == "1e-4");
  CHECK(lesson::short_number(0.0123456) == "0.0123");
  CHECK(lesson::short_number(21512) == "21512");
  CHECK(lesson::short_number(-INFINITY) == "-inf");
}

TEST_CASE("figure: its numbers") {
  Figure figure("f", "A finding.");
  figure.line("a, \"b\"", {0.1, NAN});
  figure.baseline("mean", 1e-9);
  figure.panel("second");
  figure.band("range", {1.5}, {0}, {2});
  figure.panel("third");
  figure.bars("ours", {"x"}, {3});
  figure.panel("fourth");
  figure.heat_map({1, 2}, 1, 2, {.column_names = {"p", "q"}});
  CHECK(lesson::csv_of(figure.drawing()) ==
        "panel,series,x,y\n"
        ",\"a, \"\"b\"\"\",0,0.1\n"
        ",\"a, \"\"b\"\"\",1,nan\n"
        ",mean,,1e-09\n"
        "second,range low,1.5,0\n"
        "second,range high,1.5,2\n"
        "third,ours,x,3\n"
        "fourth,0,p,1\n"
        "fourth,0,q,2\n");
}

TEST_CASE("figure: files go where the flags say") {
  const Directory directory;
  const std::string figures = (directory.path / "a" / "b").string(), csv = (directory.path / "c").string();
  const Figure figure = losses();
  lesson::Settings with;
  with.figures = figures;
  with.csv = csv;
  const std::string text = shown(figure, with);
  CHECK(text.find("picture: " + figures + "/loss_curves.svg\n") != std::string::npos);
  CHECK(contents(figures + "/loss_curves.svg").starts_with("<svg "));
  CHECK(contents(figures + "/loss_curves.csv") == lesson::csv_of(figure.drawing()));
  CHECK(contents(csv + "/loss_curves.csv") == lesson::csv_of(figure.drawing()));
  CHECK(!fs::exists(csv + "/loss_curves.svg"));
  CHECK(shown(figure).find("picture:") == std::string::npos);

  with.csv = "/dev/null/c";
  CHECK(
      shown(figure, with) ==
      "[show] cannot make the directory /dev/null/c: Not a directory; one that can be made or written is needed");
}

TEST_CASE("figure: the flags") {
  const lesson::Settings before = lesson::settings();
  std::vector<std::string> words = {"lesson", "--figures", "a", "--figures", "b", "--csv", "c"};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  const Environment record("LESSON_RECORD", "1");
  CHECK(!lesson::read_command_line(static_cast<int>(arguments.size()), arguments.data(), "lesson", "?"));
  CHECK(lesson::settings().figures == "b");  // the last one, so that make can give one too
  CHECK(lesson::settings().csv == "c");
  CHECK(lesson::settings().record);
  lesson::settings() = before;
}

TEST_CASE("figure: a step that runs silently draws nothing") {
  const Directory directory;
  lesson::mute(true);
  lesson::Settings with;
  with.figures = directory.path.string();
  CHECK(shown(losses(), with) == "");
  lesson::mute(false);
  CHECK(!fs::exists(directory.path));
}

TEST_CASE("figure: ticks of numbers that nearly agree are told apart") {
  Figure figure("f", "A finding.");
  figure.line("l", {1000.00001, 1000.00005});
  std::vector<std::string> labels;
  for (const auto& tick : lesson::y_scale(figure.drawing(), 0, 5).ticks()) labels.push_back(tick.label);
  REQUIRE(labels.size() > 2);
  CHECK(std::adjacent_find(labels.begin(), labels.end()) == labels.end());
}
