#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "svg_reading.hpp"

// What the marks of a picture look like where numbers are extreme, missing or many.

TEST_CASE("picture: a long line is thinned out, but not its peaks and not its numbers") {
  Figure figure("f", "A finding.");
  std::vector<double> y(100000, 0.0);
  y[43210] = 1;
  y[50000] = NAN;
  figure.line("long", y);
  const std::string svg = svg_of(figure);
  CHECK(svg.size() < 20000);
  const std::vector<double> heights = heights_of(path_of(svg));
  CHECK(heights.size() > 500);
  CHECK(*std::max_element(heights.begin(), heights.end()) -
            *std::min_element(heights.begin(), heights.end()) >
        250);
  Figure gap("f", "A finding.");
  gap.line("l", {0, 2, NAN, 2, 3});
  CHECK(count(path_of(svg_of(gap)), "M") == 2);
}

TEST_CASE("picture: no number is too large, too small or missing") {
  const double huge = 1.7e308, tiny = 5e-324;
  const std::vector<std::vector<double>> extremes = {
      {-huge, huge},    {huge},         {tiny}, {0, tiny}, {tiny, 2 * tiny},
      {1, 1 + 3e-16},   {-1e16, 1e16},  {0},    {-1e-300}, {INFINITY, 1},
      {NAN, 1, NAN, 2}, {1e9, 1e9 + 1}, {-0.0}};
  for (const std::vector<double>& y : extremes) {
    for (const bool log : {false, true}) {
      if (log && std::any_of(y.begin(), y.end(), [](double n) { return n <= 0; })) continue;
      Figure figure("f", "A finding.");
      figure.axes({.log_y = log});
      figure.line("l", y);
      figure.points("p", std::vector<double>(y.size(), 1.0), y);
      figure.band("b", std::vector<double>(y.size(), 1.0), y, y);
      figure.panel("turned");
      figure.axes({.log_x = log});
      figure.line("l", y, std::vector<double>(y.size(), 1.0));
      figure.panel("strip");
      figure.axes({.log_y = log});
      figure.strip("s", {"c"}, std::vector<std::vector<double>>{y});
      if (!log) {
        figure.panel("bars");
        figure.axes({});
        figure.bars("b", std::vector<std::string>(y.size(), "c"), y);
      }
      figure.panel("map");
      figure.axes({});
      figure.heat_map(y, 1, static_cast<int>(y.size()));
      const std::string svg = svg_of(figure), text = shown(figure);
      INFO(y[0] << " " << log << "\n" << text);
      CHECK(malformed(svg) == "");
      for (const std::string& path : all(svg, " d=\"", "\""))
        CHECK(path.find_first_of("ni") == std::string::npos);
      for (const char* place : {" x=\"", " y=\"", " width=\""})
        for (const std::string& number : all(svg, place, "\"")) CHECK(std::abs(std::stod(number)) < 3000);
    }
  }
}

TEST_CASE("picture: a line of one point is a dot") {
  Figure figure("f", "A finding.");
  figure.line("l", {1, NAN, 2, 3, NAN, 4});
  CHECK(count(svg_of(figure), "a2 2 0 1 0 4 0a2") == 2);
}

TEST_CASE("picture: what lies outside the ranges is clipped, or left out") {
  Figure figure("f", "A finding.");
  figure.axes({.x_range = {0, 10}, .y_range = {0, 1}});
  figure.line("l", {0, 10}, {-5, 6});
  figure.points("p", {5, 5}, {0.5, 7});
  figure.baseline("high", 3);
  const std::string svg = svg_of(figure);
  CHECK(count(svg, "<clipPath") == 1);
  CHECK(count(svg, "l5 7.2l-10.1 0z") == 2);     // in the plot and in the key
  CHECK(count(svg, "stroke=\"#444444\"") == 1);  // in the key
}

TEST_CASE("picture: a strip has a dot for each number and a tick at each median") {
  const std::string svg = svg_of(strips());
  CHECK(count(svg, "a3.6 3.6") == 2 * 6);  // half circles: five of the first series, one in the key
  CHECK(count(svg, "stroke-width=\"2.5\"") == 4);
  CHECK(svg.find(">0.2 (4 of 5)</text>") != std::string::npos);
  Figure same("f", "A finding.");
  same.strip("s", {"c"}, std::vector<std::vector<double>>{{1, 1, 1, 1, 2}});
  std::set<std::string> places;
  const std::string dots = all(svg_of(same), "fill-opacity=\"0.6\" d=\"", "\"").at(0);
  for (const std::string& dot : all(dots, "M", "a")) places.insert(dot);
  CHECK(places.size() == 5);  // equal ones do not hide one another
}

TEST_CASE("picture: error ranges go from the lowest to the highest, and NaN leaves one out") {
  const std::string svg = svg_of(ranges());
  std::size_t of_points = 0;
  for (const std::string& path : all(svg, "stroke=\"#0072B2\" stroke-width=\"1.3\" d=\"", "\""))
    of_points += count(path, "M") / 3;
  CHECK(of_points == 2);
  CHECK(count(svg, "stroke=\"#000000\" stroke-width=\"1.3\"") == 2);
}

TEST_CASE("picture: no line crosses the number of a bar") {
  const std::string svg = svg_of(bars());
  CHECK(svg.find("stroke-dasharray") < svg.find("<rect x=", svg.find("stroke-dasharray")));
  CHECK(count(svg, "fill=\"#ffffff\"/>\n<text") == 4);
}
