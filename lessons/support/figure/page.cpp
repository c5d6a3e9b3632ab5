#include "support/figure/page.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <iterator>

#include "support/figure/gnuplot.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

constexpr std::array looks = {Look{{"#0072B2", 2, {}}, "#0072B2", 7},
                              Look{{"#D55E00", 2, {12, 4}}, "#BB5200", 9},
                              Look{{"#009E73", 2, {4, 3}}, "#00815E", 5},
                              Look{{"#CC79A7", 2, {12, 4, 3, 4}}, "#9D5D80", 13},
                              Look{{"#E69F00", 2, {20, 5}}, "#976800", 11},
                              Look{{"#56B4E9", 2, {9, 3, 3, 3, 3, 3}}, "#39789C", 6},
                              Look{{"#000000", 2, {2, 2}}, "#000000", 8}};

constexpr const char* grey = "#444444";
constexpr std::array baseline_pens = {Pen{grey, 1.3, {6, 4}}, Pen{grey, 1.3, {2, 3}},
                                      Pen{grey, 1.3, {10, 3, 2, 3}}, Pen{grey, 1.3, {16, 4}}};

template <class Items>
const auto& in_turn(const Items& items, int i) {
  return items[static_cast<std::size_t>(i) % items.size()];
}

std::string pen_text(const Pen& pen) {
  std::string dashes;
  for (double length : pen.dashes)
    if (length > 0) dashes += fmt::format("{}{:.4g}", dashes.empty() ? "(" : ",", length * 2 / pen.width);
  return fmt::format("linecolor rgb '{}' linewidth {} dashtype {}", pen.colour, pen.width,
                     dashes.empty() ? "solid" : dashes + ")");
}

std::string quoted_font(const Font& font) {
  return fmt::format("font 'sans-serif{},{}' textcolor rgb '{}'", font.bold ? ":Bold" : "", font.size,
                     font.colour);
}

}  // namespace

double pixel_width(std::string_view text, const Font& font) {
  return 4 + visible_width(text) * font.size * (font.bold ? 0.6 : 0.56);
}

const Look& look(int style) { return in_turn(looks, style); }
const Pen& baseline_pen(int style) { return in_turn(baseline_pens, style); }

Page::Page(double width, double height) : width_(width), height_(height) {
  script_ = fmt::format(
      "set terminal svg noenhanced fixed size {},{} background '#ffffff' font 'sans-serif,12'\n"
      "set encoding utf8\n"
      "unset key\n"
      "set multiplot\n",
      width, height);
}

std::string Page::at(double x, double y) const {
  return fmt::format("screen {:.5f},{:.5f}", x / width_, 1 - y / height_);
}

void Page::text(double x, double y, std::string_view text, const Font& font, Align align, bool upwards) {
  if (text.empty()) return;
  const char* side = align == Align::left ? "left" : align == Align::center ? "center" : "right";
  script_ += fmt::format("set label {} at {} {} {}{} front\n", quoted(text), at(x, y), side,
                         quoted_font(font), upwards ? " rotate by 90" : "");
}

void Page::segment(double x1, double y1, double x2, double y2, const Pen& pen) {
  script_ += fmt::format("set arrow from {} to {} nohead {}\n", at(x1, y1), at(x2, y2), pen_text(pen));
}

void Page::rectangle(const Box& box, std::string_view colour) {
  script_ += fmt::format("set object rectangle from {} to {} fillcolor rgb '{}' fillstyle solid noborder\n",
                         at(box.left, box.top), at(box.right, box.bottom), colour);
}

void Page::symbol(double x, double y, int symbol, const char* colour) {
  script_ += fmt::format("set label '' at {} point pointtype {} pointsize 0.8 linecolor rgb '{}'\n", at(x, y),
                         symbol, colour);
}

void Page::axes(const Box& box, const Scale& x, const Scale& y) {
  script_ += fmt::format(
      "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\n"
      "set tmargin at screen {:.5f}\nset bmargin at screen {:.5f}\n",
      box.left / width_, box.right / width_, 1 - box.top / height_, 1 - box.bottom / height_);
  script_ +=
      fmt::format("unset logscale\nset xrange [{}:{}]\nset yrange [{}:{}]\n", x.low, x.high, y.low, y.high);
  if (x.log) script_ += "set logscale x\n";
  if (y.log) script_ += "set logscale y\n";
}

void Page::ticks(const std::vector<Tick>& x, const std::vector<Tick>& y) {
  const std::string font = quoted_font(tick_font);
  script_ += fmt::format(
      "set border 1 linecolor rgb '#888888'\n"
      "set xtics out nomirror scale 0.4 offset 0,0.4 {} {}\n"
      "set ytics out nomirror scale 0 offset 0.4,0 {} {}\n"
      "set grid xtics ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1 dashtype solid\n",
      font, tick_list(x), font, tick_list(y));
}

void Page::no_ticks() { script_ += "unset border\nunset xtics\nunset ytics\nunset grid\n"; }

std::string Page::data(const std::vector<std::vector<double>>& columns) {
  const std::string name = fmt::format("$table{}", tables_++);
  script_ += name + " << end\n";
  for (std::size_t row = 0; row < columns[0].size(); ++row) {
    for (const std::vector<double>& column : columns)
      script_ += std::isfinite(column[row]) ? fmt::format("{:.8g} ", column[row]) : "NaN ";
    script_ += "\n";
  }
  script_ += "end\n";
  return name;
}

void Page::line(const std::string& table, const Pen& pen) {
  plot(table + " using 1:2 with lines " + pen_text(pen));
}

void Page::plot(const std::string& what) { plots_ += (plots_.empty() ? "plot " : ", ") + what; }

void Page::finish_plot() {
  script_ += plots_ + "\nunset label\nunset arrow\nunset object\n";
  plots_.clear();
}

}  // namespace lesson
