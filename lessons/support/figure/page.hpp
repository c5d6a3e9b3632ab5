// A page in pixels, counted from its upper left corner, on which gnuplot draws.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "support/figure/scale.hpp"

namespace lesson {

struct Box {
  double left, top, right, bottom;
  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

struct Font {
  double size = 13;
  bool bold = false;
  const char* colour = "#333333";
};
inline constexpr Font tick_font{12, false, "#555555"};
inline constexpr Font title_font{13, true};

/// About what a browser will need; what it will have is unknown here, so rather more.
double pixel_width(std::string_view text, const Font& font);

/// Pixels on, off, on, off, ...; none of them is a solid line.
using Dashes = std::array<double, 6>;

struct Pen {
  const char* colour;
  double width = 1;
  Dashes dashes = {};
};

/// How a series looks. Colours are those of Okabe and Ito, which the colour-blind can tell apart, in falling
/// contrast with white; dashes and symbols differ too. Text is darkened until it is easy to read.
struct Look {
  Pen pen;
  const char* text_colour;
  int symbol;
};
const Look& look(int style);
/// Baselines are grey, and differ by their dashes.
const Pen& baseline_pen(int style);

enum class Align { left, center, right };

class Page {
 public:
  Page(double width, double height);

  void text(double x, double y, std::string_view text, const Font& font = {}, Align align = Align::left,
            bool upwards = false);
  void segment(double x1, double y1, double x2, double y2, const Pen& pen);
  void rectangle(const Box& box, std::string_view colour);
  void symbol(double x, double y, int symbol, const char* colour);

  /// Where the axes of the next plot stand, and what they are.
  void axes(const Box& box, const Scale& x, const Scale& y);
  void ticks(const std::vector<Tick>& x, const std::vector<Tick>& y);
  void no_ticks();

  /// A table for the next plot; gives back its name. NaN is a gap.
  std::string data(const std::vector<std::vector<double>>& columns);
  void line(const std::string& table, const Pen& pen);
  /// Adds what gnuplot takes after `plot`.
  void plot(const std::string& what);
  /// Draws all that was added since the last call.
  void finish_plot();

  const std::string& script() const { return script_; }

 private:
  std::string at(double x, double y) const;
  double width_, height_;
  int tables_ = 0;
  std::string script_, plots_;
};

}  // namespace lesson
