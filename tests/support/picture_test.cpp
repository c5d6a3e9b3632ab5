#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "support/figure/panels.hpp"
#include "support/record_mode.hpp"
#include "svg_reading.hpp"

// The SVG files of the pictures: sound, readable by anyone, the same every time.

namespace {

// Of a colour beside white, as WCAG 2 has it.
double contrast_with_white(const std::string& colour) {
  const double weights[] = {0.2126, 0.7152, 0.0722};
  double luminance = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    const double share = std::stoi(colour.substr(1 + 2 * c, 2), nullptr, 16) / 255.0;
    luminance += weights[c] * (share <= 0.03928 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4));
  }
  return 1.05 / (luminance + 0.05);
}

}  // namespace

TEST_CASE("picture: well-formed, with a title and a description of its own") {
  CHECK(malformed("<a b='1'><c/>&amp;</a>") == "");
  CHECK(malformed("<a><b></a></b>") == "</a></b>");
  CHECK(malformed("<a>&</a>") == "&</a>");
  CHECK(malformed("<a b='1>2</a>") == "<a b='1>2</a>");
  CHECK(malformed("<a>") == "not closed: a");
  for (const Figure& figure : one_of_each_kind()) {
    const std::string svg = svg_of(figure), name = figure.drawing().name;
    CHECK(malformed(svg) == "");
    CHECK(svg.find("role=\"img\" aria-labelledby=\"" + name + "-title " + name + "-finding\"") !=
          std::string::npos);
    CHECK(svg.find("<title id=\"" + name + "-title\">") != std::string::npos);
    CHECK(svg.find("nuplot") == std::string::npos);
    CHECK(svg.find("fill=\"#ffffff\"") != std::string::npos);
  }
  const std::string svg = svg_of(losses());
  CHECK(svg.find("<title id=\"loss_curves-title\">loss curves</title>") != std::string::npos);
  CHECK(
      svg.find("<desc id=\"loss_curves-finding\">Centred data is &lt;sooner&gt; &amp; &quot;lower&quot; than "
               "'raw' data, here {1} and below 50%.</desc>") != std::string::npos);
  for (const char* text : {"raw &amp; &lt;old&gt;", "'seen'", "mean of 100%", "squared error"})
    CHECK_MESSAGE(svg.find(">" + std::string(text) + "</text>") != std::string::npos, text);
}

TEST_CASE("picture: the same every time, and no id is in two of them") {
  CHECK(svg_of(losses()) == svg_of(losses()));
  const auto clipped = [](const std::string& name) {
    Figure figure = losses(name);
    figure.axes({.y_range = {0.1, 0.4}});
    return svg_of(figure);
  };
  const std::string one = clipped("one"), two = clipped("two");
  const std::vector<std::string> ids = ids_of(one), links = all(one, "url(#", ")");
  CHECK(ids.size() >= 3);
  CHECK(links.size() >= 1);
  CHECK(std::set(ids.begin(), ids.end()).size() == ids.size());
  for (const std::string& id : ids) CHECK(id.starts_with("one-"));
  for (const std::string& id : ids_of(two)) CHECK(id.starts_with("two-"));
  for (const std::string& link : links) CHECK(std::count(ids.begin(), ids.end(), link) == 1);
}

TEST_CASE("picture: letters are large and dark enough, and no colour stands alone") {
  for (const Figure& figure : one_of_each_kind())
    for (const std::string& size : all(svg_of(figure), "font-size=\"", "\"")) CHECK(std::stod(size) >= 12);
  std::set<lesson::Dashes> dashes;
  std::set<lesson::Symbol> symbols;
  for (int style = 0; style < 7; ++style) {
    const lesson::Look& look = lesson::look(style);
    CHECK(contrast_with_white(look.text_colour) >= 4.5);
    dashes.insert(look.pen.dashes);
    symbols.insert(look.symbol);
  }
  CHECK(dashes.size() == 7);
  CHECK(symbols.size() == 7);
  CHECK(contrast_with_white(lesson::baseline_pen(0).colour) >= 4.5);
  CHECK(contrast_with_white(lesson::tick_font.colour) >= 4.5);
}

TEST_CASE("picture: names at the ends of lines lie neither on one another nor on a line") {
  const lesson::Box box{50, 50, 550, 350};
  Figure close("f", "A finding.");
  for (const double end : {1.02, 1.0, 1.01}) close.line(fmt::format("to {}", end), {0, end});
  close.baseline("mean", 0.99);
  close.line("short", {0, 0.9}, {0, 0.1});
  REQUIRE(lesson::can_name_ends(close.drawing()));
  const auto names = lesson::end_names(close.drawing(), box);
  REQUIRE(names);
  std::vector<double> heights;
  for (const char* name : {"to 1.02", "to 1.01", "to 1", "mean"})
    for (const lesson::EndName& end : *names)
      if (end.name == name) heights.push_back(end.text_y);
  REQUIRE(heights.size() == 4);
  for (std::size_t i = 1; i < heights.size(); ++i) CHECK(heights[i] - heights[i - 1] > 15);
  CHECK(svg_of(close).find(">to 1.01</text>") != std::string::npos);

  Figure crowd("f", "A finding.");
  for (int i = 0; i < 30; ++i) crowd.line(fmt::format("{}", i), {0, 1});
  CHECK(!lesson::end_names(crowd.drawing(), box));
  CHECK(svg_of(crowd).find(">29</text>") != std::string::npos);  // in the key
  Figure twice("f", "A finding.");
  twice.line("target", {0, 1});
  twice.line("target", {1, 0});
  CHECK(!lesson::can_name_ends(twice.drawing()));
}

TEST_CASE("picture: marked columns have their names below a line, and none is lost") {
  std::vector<std::string> names(50);
  for (const int column : {2, 3, 4, 49})
    names[static_cast<std::size_t>(column)] = fmt::format("<mark {}>", column);
  Figure figure("f", "A finding.");
  figure.heat_map(std::vector<double>(50, 1.0), 1, 50, {.column_names = names});
  const std::string svg = svg_of(figure);
  CHECK(malformed(svg) == "");
  for (const int column : {2, 3, 4, 49}) CHECK(svg.find(fmt::format("mark {}", column)) != std::string::npos);
}

TEST_CASE("picture: of rows of which some have no name, all others are named") {
  std::vector<std::string> names(50);
  for (const int row : {0, 24, 49}) names[static_cast<std::size_t>(row)] = fmt::format("row {}", row);
  Figure figure("f", "A finding.");
  figure.heat_map(std::vector<double>(50, 1.0), 50, 1, {.row_names = names});
  const std::string svg = svg_of(figure);
  for (const int row : {0, 24, 49}) CHECK(svg.find(fmt::format("row {}", row)) != std::string::npos);
}

TEST_CASE("picture: names without end do not stop it") {
  const std::string endless(300, 'n');
  Figure figure("f", endless);
  figure.axes({.x = endless, .y = endless});
  for (int k = 0; k < 3; ++k) {
    figure.panel(endless);
    figure.line(endless, {1, 2});
    figure.baseline(endless, 1);
  }
  figure.panel(endless);
  figure.bars(endless, {endless}, {1});
  figure.panel(endless);
  figure.heat_map({1}, 1, 1, {.row_names = {endless}, .column_names = {endless}});
  CHECK(malformed(svg_of(figure)) == "");
  CHECK(shown(figure).find(endless) != std::string::npos);
  Figure one("f", "A finding.");
  one.line(endless, {1, 2});
  CHECK(malformed(svg_of(one)) == "");
}

TEST_CASE("picture: for a notebook it is one line of JSON") {
  const Figure figure = losses();
  lesson::Settings with;
  with.record = true;
  const std::string line = shown(figure, with), svg = svg_of(figure);
  const std::string start = "\x1e{\"display\":{\"image/svg+xml\":\"", middle = "\",\"text/plain\":\"";
  REQUIRE(line.starts_with(start));
  REQUIRE(line.ends_with("\"}}\n"));
  CHECK(count(line, "\n") == 1);
  std::string decoded;  // backslashes undone
  for (std::size_t i = start.size(); i + 4 < line.size(); ++i) {
    const char next = line[i + 1];
    if (line[i] != '\\') {
      if (line.compare(i, middle.size(), middle) == 0) {
        decoded += '|';
        i += middle.size() - 1;
      } else {
        CHECK(line[i] != '"');
        decoded += line[i];
      }
      continue;
    }
    decoded += next == 'n' ? '\n' : next == 't' ? '\t' : next;
    ++i;
  }
  CHECK(decoded == svg + "|" + figure.drawing().finding);
}
