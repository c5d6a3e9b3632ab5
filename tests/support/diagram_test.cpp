#include "support/diagram.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "figures.hpp"
#include "support/diagram/routes.hpp"
#include "support/diagram/sketch.hpp"
#include "support/diagram/svg_of_sketch.hpp"
#include "support/diagram/text_of_sketch.hpp"
#include "support/text.hpp"

// Boxes and arrows, grids and trellises.

namespace {

using lesson::Diagram;

std::string text_of(const Diagram& diagram, int width = 72) {
  return lesson::text_of(diagram.sketch(), width);
}

// y = a + tanh a, a = x x: the graph of lesson 1.
Diagram graph() {
  Diagram diagram("graph", "Slopes multiply along a path and add where paths meet.");
  const int x = diagram.box(0, 0, "x", {.round = true}), a = diagram.box(1, 0, "square");
  const int t = diagram.box(2, 0, "tanh"), y = diagram.box(3, 0, "+", {.strong = true});
  diagram.arrow(x, a, {.label = "2x"});
  diagram.arrow(a, t);
  diagram.arrow(t, y);
  diagram.arrow(a, y, {.label = "1", .dashed = true});
  return diagram;
}

// CTC's trellis of "ll" in five frames.
lesson::Trellis ctc() {
  lesson::Trellis trellis{{"_", "l", "_", "l", "_"}, {"1", "2", "3", "4"}, {}, {0, 1}, {3, 4}, {1, 2, 3, 4}};
  for (int s = 0; s < 5; ++s) trellis.steps.push_back({s, s});
  for (int s = 0; s + 1 < 5; ++s) trellis.steps.push_back({s, s + 1});
  trellis.steps.push_back({1, 3, {.crossed = true}});
  return trellis;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
  return n;
}

bool inside(const lesson::Box& box, lesson::Point p) {
  return p.x > box.left && p.x < box.right && p.y > box.top && p.y < box.bottom;
}

}  // namespace

TEST_CASE("diagram: mistakes say what was got and what is needed") {
  CHECK(refusal([] { Diagram("a b", "x"); }) ==
        "[diagram] the name is 'a b'; it names files, so it needs letters, digits, _ and - only");
  CHECK(refusal([] { Diagram("d", " "); }).starts_with("[diagram d] the finding is empty"));
  Diagram d("d", "A finding.");
  CHECK(refusal([&] { lesson::show(d); }) == "[diagram d] it is empty; it needs a box, a grid or a trellis");
  d.box(0, 0, "first");
  CHECK(refusal([&] { d.box(0, 0, "second"); }) ==
        "[diagram d] two boxes at column 0, row 0: 'first' stands there; each needs its own place");
  CHECK(refusal([&] { d.box(0.3, 0, "x"); }) ==
        "[diagram d] a box at column 0.3, row 0; whole numbers or halves from 0 to 100 are needed");
  CHECK(refusal([&] { d.box(NAN, 0, "x"); }) ==
        "[diagram d] a box at column nan, row 0; whole numbers or halves from 0 to 100 are needed");
  CHECK(refusal([&] { d.box(1, 0, ""); }) == "[diagram d] a box without a text; arrows and readers need one");
  CHECK(refusal([&] { d.arrow(0, 1); }) == "[diagram d] an arrow at box 1 of 1; 0 to 0 are needed");
  CHECK(refusal([&] { d.grid(1, 0, 2, 2, {"1"}); }) ==
        "[diagram d] 1 cells for 2 rows and 2 columns; rows times columns are needed");
  CHECK(refusal([&] { d.grid(1, 0, 1, 1, {"1"}, {.strong = {1}}); }) ==
        "[diagram d] cell 1 of 1; 0 to 0 are needed");
  CHECK(refusal([&] { d.trellis(ctc()); }) ==
        "[diagram d] a trellis beside something else; give each a diagram");
  Diagram t("t", "A finding.");
  lesson::Trellis wrong = ctc();
  wrong.path = {1, 3, 3, 3};
  CHECK(refusal([&] { t.trellis(wrong); }) ==
        "[diagram t] the path goes from state 1 to state 3, which is no step that is allowed");
  wrong.path = {1};
  CHECK(refusal([&] { t.trellis(wrong); }) ==
        "[diagram t] a path of 1 states through 4 time steps; one for each is needed");
  wrong.path = {};
  wrong.steps.push_back({0, 5});
  CHECK(refusal([&] { t.trellis(wrong); }) == "[diagram t] a step at state 5 of 5; 0 to 4 are needed");
  t.trellis(ctc());
  CHECK(refusal([&] { t.box(0, 0, "x"); }) == "[diagram t] a box beside a trellis; give each a diagram");
}

TEST_CASE("diagram: as text, neighbours are joined and other arrows listed") {
  CHECK(text_of(graph()) ==
        "(x) -2x> [square] --> [tanh] -> [[+]]\n\n"
        "square ..> +: 1\n\n");
  Diagram down("d", "A finding.");
  const int a = down.box(0, 0, "a"), b = down.box(0, 1, "below"), c = down.box(1, 1, "c", {.bare = true});
  down.arrow(a, b, {.label = "so"});
  down.arrow(c, b, {.strong = true});
  CHECK(text_of(down) ==
        "  [a]\n"
        "   | so\n"
        "   v\n"
        "[below] <= c\n\n");
}

TEST_CASE("diagram: as text it fits the width, and all arrows are said") {
  CHECK(text_of(graph(), 20) ==
        "(x)\n[square]\n[tanh]\n[[+]]\n"
        "x --> square: 2x\nsquare --> tanh\ntanh --> +\nsquare ..> +: 1\n\n");
  for (int width : {20, 30, 80})
    for (const std::string& line : lesson::lines_of(text_of(graph(), width)))
      CHECK(lesson::visible_width(line) <= width);
}

TEST_CASE("diagram: a line without a head joins both boxes") {
  Diagram d("d", "A finding.");
  const int a = d.box(0, 0, "a"), b = d.box(0, 1, "b"), c = d.box(1, 1, "c");
  d.arrow(a, b, {.label = "same", .dashed = true, .headless = true});
  d.arrow(c, b, {.headless = true});
  CHECK(text_of(d) ==
        "[a]\n"
        " : same\n"
        " :\n"
        "[b] -- [c]\n\n");
  CHECK(lesson::description_of(d.sketch()) == "Boxes: a; b; c. Arrows: a with b (same); c with b.");
  CHECK(count(lesson::svg_of(d.sketch()), "fill=\"#444444\" d=") == 0);
}

TEST_CASE("diagram: a loop needs no room in a row, and equal arrows are listed once") {
  Diagram d("d", "A finding.");
  const int a = d.box(0, 0, "a"), b = d.box(1, 0, "b"), twin = d.box(0, 1, "a");
  d.arrow(a, a, {.label = "a long label at each step"});
  d.arrow(a, b);
  d.arrow(twin, b);
  d.arrow(a, b);
  CHECK(text_of(d) ==
        "[a] -> [b]\n\n"
        "[a]\n\n"
        "a --> a: a long label at each step\n"
        "a --> b\n\n");
}

TEST_CASE("diagram: grids as text") {
  Diagram d("d", "A finding.");
  const int column = d.grid(0, 0, 2, 1, {"1", "0"}, {.title = "[2,1]"});
  d.box(1, 0, "-", {.bare = true});
  const int matrix =
      d.grid(2, 0, 2, 2, {"1", "1", "0", "0"}, {.title = "[2,2]", .strong = {0}, .faint = {1, 3}});
  d.arrow(column, matrix, {.label = "copied"});
  CHECK(text_of(d) ==
        "[2,1]                  [2,2]\n"
        "| 1 |          -    | *1* (1) |\n"
        "| 0 |               |  0  (0) |\n\n"
        "[2,1] (grid of 2 by 1) --> [2,2] (grid of 2 by 2): copied\n\n");
}

TEST_CASE("diagram: a trellis as text, with what paths reach and the steps") {
  Diagram d("d", "A finding.");
  d.trellis(ctc());
  CHECK(text_of(d, 40) ==
        "  1 2 3 4\n"
        "_ o . . .\n"
        "l # o . .\n"
        "_ . # o .\n"
        "l . . # o\n"
        "_ . . . #\n"
        "# the path, o on some path, . on none\n"
        "_ -> _, l\n"
        "l -> l, _; not l\n"
        "_ -> _, l\n"
        "l -> l, _\n"
        "_ -> _\n\n");
  const auto reached = lesson::reachable(ctc());
  CHECK(reached[0] == std::vector<bool>{true, true, false, false, false});
  CHECK(reached[3] == std::vector<bool>{false, false, false, true, true});
}

TEST_CASE("diagram: its description says all of it") {
  CHECK(lesson::description_of(graph().sketch()) ==
        "Boxes: x; square; tanh; +. Arrows: x to square (2x); square to tanh; tanh to +; square to + (1).");
  Diagram d("d", "A finding.");
  d.trellis(ctc());
  const std::string words = lesson::description_of(d.sketch());
  CHECK(
      words ==
      "A trellis of the states _, l, _, l, _ (from top to bottom) at 4 time steps. Steps allowed: _ -> _, l; "
      "l -> l, _; not l; _ -> _, l; l -> l, _; _ -> _. The marked path: l, _, l, _.");
  const std::string svg = lesson::svg_of(graph().sketch());
  CHECK(svg.find(
            "<desc id=\"graph-finding\">Slopes multiply along a path and add where paths meet. Boxes: x;") !=
        std::string::npos);
}

TEST_CASE("diagram: arrows end at the edges of boxes") {
  const std::vector<lesson::Shape> shapes = {{{0, 0, 40, 20}},
                                             {{100, 0, 140, 20}, true},
                                             {{20, 100, 60, 140}},
                                             {{0, 200, 40, 220}}};
  for (std::size_t from = 0; from < shapes.size(); ++from) {
    for (std::size_t to = 0; to < shapes.size(); ++to) {
      if (from == to) continue;
      for (double beside : {0.0, 5.0, -5.0}) {
        const lesson::Route route = lesson::route(shapes, from, to, beside);
        for (const auto& [shape, end] :
             {std::pair{shapes[from], route.points.front()}, {shapes[to], route.points.back()}}) {
          const lesson::Point m = shape.box.middle();
          const double x = (end.x - m.x) / shape.box.width() * 2, y = (end.y - m.y) / shape.box.height() * 2;
          const double at = shape.round ? std::hypot(x, y) : std::max(std::abs(x), std::abs(y));
          CHECK(at == doctest::Approx(1));
        }
        for (std::size_t other = 0; other < shapes.size(); ++other)
          for (const lesson::Point& point : route.points)
            if (other != from && other != to) CHECK(!inside(shapes[other].box, point));
      }
    }
  }
}

TEST_CASE("diagram: an arrow goes round a box, and arrows between the same two are apart") {
  const std::vector<lesson::Shape> row = {{{0, 0, 20, 20}}, {{50, 0, 70, 20}}, {{100, 0, 120, 20}}};
  const lesson::Route round = lesson::route(row, 0, 2, 0);
  CHECK(round.points.size() > 2);
  CHECK(round.middle.y < 0);
  CHECK(lesson::route(row, 0, 1, 0).points.size() == 2);
  const double there = lesson::route(row, 0, 1, 5).points[0].y,
               back = lesson::route(row, 1, 0, 5).points[0].y;
  CHECK(back - there == doctest::Approx(10));
  CHECK(lesson::route(row, 0, 1, 5).label.y < lesson::route(row, 1, 0, 5).label.y - 20);
}

TEST_CASE("diagram: as a picture all that was given is in it, on the page") {
  Diagram d("d", "A <finding>.");
  const int a = d.box(0, 0, "a < b", {.note = "a note"}), b = d.box(1.5, 1, "dashed one", {.dashed = true});
  const int g = d.grid(3, 0, 1, 2, {"p", "q"}, {.title = "[1,2]"});
  d.arrow(a, b, {.label = "down"});
  d.arrow(b, b, {.label = "again", .dashed = true});
  d.arrow(b, g, {.crossed = true});
  const std::string svg = lesson::svg_of(d.sketch());
  CHECK(svg == lesson::svg_of(d.sketch()));
  for (const char* text : {"a &lt; b", "a note", "dashed one", "p", "q", "[1,2]", "down", "again"})
    CHECK_MESSAGE(svg.find(">" + std::string(text) + "</text>") != std::string::npos, text);
  CHECK(count(svg, "#b3201c") == 1);
  CHECK(count(svg, "fill=\"#444444\" d=") + count(svg, "fill=\"#777777\" d=") == 3);  // heads

  Diagram t("t", "A finding.");
  t.trellis(ctc());
  const std::string trellis = lesson::svg_of(t.sketch());
  CHECK(count(trellis, "<ellipse") == 20);
  CHECK(count(trellis, "#b3201c") == 1);  // once, not at every time
  CHECK(count(trellis, "fill=\"#D55E00\" d=") == 3);
}

TEST_CASE("diagram: long texts are broken, and more than fits makes the page wider") {
  Diagram d("d", "A finding.");
  for (int k = 0; k < 12; ++k) d.box(k, 0, "a text of several words");
  const std::string svg = lesson::svg_of(d.sketch());
  CHECK(svg.find(">a text of</text>") != std::string::npos);
  CHECK(std::stod(svg.substr(svg.find(" width=\"") + 8)) > 720);
  Diagram endless("d", std::string(300, 'f'));
  endless.box(0, 0, std::string(300, 'n'));
  CHECK(lesson::svg_of(endless.sketch()).find(std::string(300, 'n')) != std::string::npos);
}
