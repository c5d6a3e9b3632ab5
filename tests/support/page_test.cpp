#include "support/figure/page.hpp"

#include <doctest/doctest.h>

#include <cmath>

// What each primitive of a page writes: the same bytes on every machine.

namespace {

using lesson::Page;

// What stands in the SVG of a page for what is drawn on it.
template <class Draw>
std::string drawn(Draw draw) {
  Page page("p", 100, 50);
  draw(page);
  const std::string svg = page.svg("It.");
  const std::string start = " stroke-linejoin=\"round\">\n";
  const std::size_t from = svg.find(start) + start.size();
  return svg.substr(from, svg.rfind("</g>") - from);
}

}  // namespace

TEST_CASE("page: its head has a size, a title, a description and a white ground") {
  CHECK(
      Page("two_words", 720, 50.25).svg("A < B & \"C\".") ==
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"50.3\" viewBox=\"0 0 720 50.3\" "
      "style=\"max-width:100%;height:auto\" role=\"img\" aria-labelledby=\"two_words-title two_words-finding\">\n"
      "<title id=\"two_words-title\">two words</title>\n"
      "<desc id=\"two_words-finding\">A &lt; B &amp; &quot;C&quot;.</desc>\n"
      "<rect width=\"720\" height=\"50.3\" fill=\"#ffffff\"/>\n"
      "<g font-family=\"sans-serif\" font-size=\"12\" fill=\"#555555\" stroke-linejoin=\"round\">\n"
      "</g>\n</svg>\n");
}

TEST_CASE("page: text stays text") {
  CHECK(drawn([](Page& page) { page.text(10, 20, "x < y", lesson::tick_font); }) ==
        "<text x=\"10\" y=\"23.9\">x &lt; y</text>\n");
  CHECK(
      drawn([](Page& page) {
        page.text(10, 20, "up", {13, true, "#000000"}, lesson::Align::right, true);
      }) ==
      "<text x=\"14.2\" y=\"20\" font-size=\"13\" font-weight=\"bold\" fill=\"#000000\" text-anchor=\"end\" "
      "transform=\"rotate(-90 14.2 20)\">up</text>\n");
  CHECK(drawn([](Page& page) { page.text(10, 20, "", {}); }) == "");
}

TEST_CASE("page: a text holds only what XML allows") {
  const auto text = [](std::string_view foreign) {
    const std::string line = drawn([&](Page& page) { page.text(0, 0, foreign, lesson::tick_font); });
    return line.substr(line.find('>') + 1, line.find("</text>") - line.find('>') - 1);
  };
  CHECK(text("a\tb\nc\x1b[31m\x7f") == "a b c [31m ");
  CHECK(text(std::string_view("a\0b", 3)) == "a b");
  CHECK(text("\xff\xc3") == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(text("\xef\xbf\xbe") == "\xef\xbf\xbd");  // U+FFFE
  CHECK(text("\xc2\x85") == " ");
  CHECK(text("]]>&amp;<!--'") == "]]&gt;&amp;amp;&lt;!--'");
  CHECK(text("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x99\x82") == "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x99\x82");
}

TEST_CASE("page: pixels have one decimal, and halves go up whatever their last bits are") {
  const auto number = [](double x) {
    const std::string line = drawn([&](Page& page) { page.text(x, 0, "t", lesson::tick_font); });
    return line.substr(9, line.find('"', 9) - 9);
  };
  CHECK(number(0) == "0");
  CHECK(number(-0.04) == "0");
  CHECK(number(-0.06) == "-0.1");
  CHECK(number(12) == "12");
  CHECK(number(12.34) == "12.3");
  for (double half : {0.25, 61.65, 99.05}) {
    CHECK(number(half) == number(std::nextafter(half, 1000)));
    CHECK(number(half) == number(std::nextafter(half, -1000)));
  }
  CHECK(number(0.25) == "0.3");
  CHECK(number(1e300) == "1000000");
  CHECK(number(-INFINITY) == "-1000000");
}

TEST_CASE("page: lines, areas, boxes") {
  using lesson::pen_up;
  CHECK(drawn([](Page& page) { page.segment(1, 2, 3, 4, {"#000000"}); }) ==
        "<path fill=\"none\" stroke=\"#000000\" d=\"M1 2 3 4\"/>\n");
  CHECK(drawn([](Page& page) {
          page.polyline({{1, 1}, {1.01, 1.01}, {2, 2}, pen_up, {3, NAN}, {4, 4}, {5, 5}}, {"red", 2, {4, 3}});
        }) ==
        "<path fill=\"none\" stroke=\"red\" stroke-width=\"2\" stroke-dasharray=\"4 3\" d=\"M1 1 2 2M4 4 5 "
        "5\"/>\n");
  CHECK(drawn([](Page& page) { page.polyline({pen_up}, {"red"}); }) == "");
  CHECK(drawn([](Page& page) {
          page.polygon({{0, 0}, {9, 0}, {9, 9}}, "red", 0.2);
        }) == "<path fill=\"red\" fill-opacity=\"0.2\" d=\"M0 0 9 0 9 9z\"/>\n");
  CHECK(drawn([](Page& page) {
          page.rectangle({1, 2, 11, 22}, "red");
        }) == "<rect x=\"1\" y=\"2\" width=\"10\" height=\"20\" fill=\"red\"/>\n");
  CHECK(drawn([](Page& page) {
          page.rectangle({1, 2, 11, 22}, "red", {"blue"}, 4);
        }) == "<rect x=\"1\" y=\"2\" width=\"10\" height=\"20\" rx=\"4\" fill=\"red\" stroke=\"blue\"/>\n");
  CHECK(drawn([](Page& page) {
          page.ellipse({0, 0, 10, 20}, "red", {"blue", 2});
        }) ==
        "<ellipse cx=\"5\" cy=\"10\" rx=\"5\" ry=\"10\" fill=\"red\" stroke=\"blue\" stroke-width=\"2\"/>\n");
  CHECK(drawn([](Page& page) {
          page.stripes({{0, 5, 1}, {5, 9, 1}}, 2, "red");
        }) ==
        "<path stroke=\"red\" stroke-width=\"2\" shape-rendering=\"crispEdges\" d=\"M0 1H5M5 1H9\"/>\n");
}

TEST_CASE("page: an arrow's head has its tip at the last point, and its line does not reach beyond it") {
  CHECK(drawn([](Page& page) {
          page.arrow({{0, 0}, {20, 0}}, {"red"});
        }) ==
        "<path fill=\"none\" stroke=\"red\" d=\"M0 0 13 0\"/>\n"
        "<path fill=\"red\" d=\"M20 0 12 3.5 12 -3.5z\"/>\n");
  CHECK(drawn([](Page& page) { page.arrow({{0, 0}, {0, 0}}, {"red"}); }).find("nan") == std::string::npos);
}

TEST_CASE("page: symbols differ, and those of NaN are left out") {
  const auto symbol = [](lesson::Symbol which) {
    return drawn([&](Page& page) { page.symbols({{10, 10}, lesson::pen_up}, which, 2, "red"); });
  };
  CHECK(symbol(lesson::Symbol::circle) == "<path fill=\"red\" d=\"M8 10a2 2 0 1 0 4 0a2 2 0 1 0 -4 0\"/>\n");
  CHECK(symbol(lesson::Symbol::square) == "<path fill=\"red\" d=\"M8 8l4 0l0 4l-4 0z\"/>\n");
  CHECK(symbol(lesson::Symbol::ring) ==
        "<path fill=\"none\" stroke=\"red\" d=\"M8 10a2 2 0 1 0 4 0a2 2 0 1 0 -4 0\"/>\n");
  CHECK(drawn([](Page& page) { page.symbols({lesson::pen_up}, lesson::Symbol::circle, 2, "red"); }) == "");
}

TEST_CASE("page: a clip has an id of its own and holds what follows") {
  const std::string twice = drawn([](Page& page) {
    for (int k = 0; k < 2; ++k) {
      page.begin_clip({0, 0, 10, 10});
      page.segment(0, 0, 20, 20, {"red"});
      page.end_clip();
    }
  });
  CHECK(twice.starts_with(
      "<clipPath id=\"p-clip1\"><rect x=\"0\" y=\"0\" width=\"10\" height=\"10\" fill=\"none\"/>\n"
      "</clipPath>\n<g clip-path=\"url(#p-clip1)\">\n<path fill=\"none\" stroke=\"red\" d=\"M0 0 20 20\"/>\n"
      "</g>\n<clipPath id=\"p-clip2\">"));
}
