#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "figures.hpp"
#include "support/figure/csv.hpp"
#include "support/figure/text.hpp"
#include "support/text.hpp"

// Figures as plain text.

TEST_CASE("figure: as text it fits the width, in plain characters") {
  for (const Figure& figure : one_of_each_kind()) {
    for (const char* columns : {"40", "60", "100"}) {
      const std::string text = shown(figure, {}, columns);
      CAPTURE(text);
      CHECK(text.find(figure.drawing().finding.substr(0, 11)) != std::string::npos);
      CHECK(
          std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
      for (const std::string& line : lesson::lines_of(text))
        CHECK(lesson::visible_width(line) <= std::stoi(columns));
    }
  }
}

TEST_CASE("figure: bars as text") {
  Figure one("f", "A finding.");
  one.axes({.y = "seconds"});
  one.bars("", {"ours", "the peer"}, {1, 4});
  one.baseline("limit", 2);
  CHECK(lesson::text_of(one.drawing(), 21) ==
        "seconds\n"
        "ours     ### 1\n"
        "the peer ########## 4\n"
        "limit    ----- 2\n\n");
  CHECK(lesson::text_of(bars().drawing(), 30) ==
        "milliseconds\n"
        "small\n"
        "  ours         0.07\n"
        "  peer  ###### -1\n"
        "a larger one\n"
        "  ours        ########### 2\n"
        "  peer         -\n"
        "limit         ----- 1\n\n");
}

TEST_CASE("figure: a heat map as text is numbers, or shades where they do not fit") {
  CHECK(lesson::text_of(heat_map().drawing(), 60) ==
        "rows: label; columns: frame; cells: probability\n"
        "     0    1    2\n"
        "a      1.00 0.25\n"
        "b 0.25 0.25 0.25\n\n");
  CHECK(lesson::text_of(heat_map().drawing(), 15) ==
        "rows: label;\n"
        "columns: frame;\n"
        "cells:\n"
        "probability\n"
        "a |???@@@:::|\n"
        "b |:::::::::|\n"
        "   0       2\n"
        "\" .:-=+*#%@\"\n"
        "from 0 to 1; ?\n"
        "has no value\n\n");
}

TEST_CASE("figure: where some names of columns are empty, the others mark their columns") {
  std::vector<std::string> names(40);
  names[3] = "a";
  names[4] = "b";
  names[30] = "c";
  std::vector<double> values(40, 0.0);
  values[0] = 1;
  Figure figure("f", "A finding.");
  figure.heat_map(values, 1, 40, {.column_names = names});
  const std::string text = lesson::text_of(figure.drawing(), 30);  // two columns a letter
  INFO(text);
  CHECK(text.find("0 |@                   |\n    ab            c\n") != std::string::npos);
  CHECK(lesson::csv_of(figure.drawing()).find(",0,3,0\n,0,4,0\n") != std::string::npos);
}

TEST_CASE("figure: lines as text") {
  Figure one("f", "A finding.");
  one.axes({.x = "step", .y = "loss"});
  one.line("a", {0, 1, 2, 3, 4});
  one.line("b", {4, 3, 2, 1, 0});
  CHECK(lesson::text_of_lines(one.drawing(), one.drawing().panels[0], 20, 7) ==
        "loss\n"
        "4 +##             **\n"
        "  |  ####     ****  \n"
        "2 +      ##*#*      \n"
        "  |   ****   ####   \n"
        "0 +***           ###\n"
        "  ++-------+-------+\n"
        "   0       2       4\n"
        "         step\n");
}

TEST_CASE("figure: as text, lines that lie on one another are both seen") {
  Figure twice("f", "A finding.");
  twice.line("a", {1, 1});
  twice.line("b", {1, 1});
  const std::string text = lesson::text_of(twice.drawing(), 30);
  INFO(text);
  CHECK(text.find("*#*#*#") != std::string::npos);
}

TEST_CASE("figure: as text, what lies outside the ranges is cut off and NaN is a gap") {
  Figure figure("f", "A finding.");
  figure.axes({.x_range = {0, 10}, .y_range = {0, 1}});
  figure.line("out", {-100, 100}, {-10, 11});
  figure.line("gone", {0, 10}, {5, 5});
  figure.line("broken", {0, 4, 5, 6, 10}, {0.2, 0.2, NAN, 0.2, 0.2});
  figure.points("one", {INFINITY, 5}, {0.5, 0.8});
  const std::string text = lesson::text_of(figure.drawing(), 40);
  INFO(text);
  const auto rows = lesson::lines_of(text);
  CHECK(std::count(text.begin() + static_cast<long>(rows[0].size()), text.end(), '#') ==
        0);  // but in the key
  CHECK(text.find("$     $") != std::string::npos);
  CHECK(std::count(text.begin(), text.end(), 'o') == 4);  // three in the names of the key
}

TEST_CASE("figure: as text, a steep line and one of many points have no holes") {
  std::vector<double> x, y;
  for (int i = 0; i <= 30; ++i) x.push_back(i), y.push_back(std::sin(i / 5.0) * i);
  Figure figure("f", "A finding.");
  figure.line("", x, y);
  for (int width = 30; width < 60; ++width) {
    const auto rows = lesson::lines_of(lesson::text_of(figure.drawing(), width));
    std::size_t marked = 0, longest = 0;
    for (const std::string& row : rows) longest = std::max(longest, row.size());
    const std::size_t left = rows[0].find_first_of("|+") + 1;
    for (std::size_t column = left; column < longest; ++column)
      marked += std::any_of(rows.begin(), rows.end(), [&](const std::string& row) {
        return column < row.size() && row[column] == '*';
      });
    CHECK(marked == static_cast<std::size_t>(width) - left);
  }
}

TEST_CASE("figure: strips as text") {
  Figure one("f", "A finding.");
  one.axes({.y = "error"});
  one.strip("", {"raw", "mended"}, {{1, 2, 2, 3, 5, 5, NAN}, {4}});
  CHECK(lesson::text_of(one.drawing(), 40) ==
        "error\n"
        "raw       o  O | o     O    2.5 (6 of 7)\n"
        "mended              |       4\n"
        "      ++-----+------+-----+\n"
        "       0     2      4     6\n"
        "o one, O several, | median\n\n");
  CHECK(lesson::csv_of(one.drawing()).find(",,raw,5\n,,raw,nan\n,,mended,4\n") != std::string::npos);
}

TEST_CASE("figure: ranges as text and as numbers") {
  Figure figure("f", "A finding.");
  figure.bars("ours", {"raw", "centred"}, {{2, 1, 4}, {1, 0.5, 1}});
  CHECK(lesson::text_of(figure.drawing(), 40) ==
        "raw     #####|====--------| 2 (1 to 4)\n"
        "centred ##|=| 1 (0.5 to 1)\n\n");
  CHECK(lesson::csv_of(figure.drawing()) ==
        "panel,series,x,y\n,ours,raw,2\n,ours,centred,1\n,ours low,raw,1\n,ours low,centred,0.5\n"
        ",ours high,raw,4\n,ours high,centred,1\n");
  CHECK(refusal([&] {
          figure.bars("peer", {"raw", "centred"}, {{2, 3, 4}, {1, 0.5, 1}});
        }) ==
        "[figure f] bars 'peer': a range goes from 3 to 4 with the median 2; the median must lie in it");
}
