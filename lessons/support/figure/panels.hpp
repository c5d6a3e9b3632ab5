// The kinds of panels of a picture. Each says how much room it needs, and draws itself.
#pragma once
#include <optional>
#include <vector>

#include "support/figure/page.hpp"
#include "support/figure/scale.hpp"

namespace lesson {

/// Pixels round a plot, and the height of the plot itself. Titles and labels come on top of that.
struct Frame {
  double left = 0, right = 0, below = 0, height = 0;
};

/// Lines, points, bands and baselines. The height is for a panel among `columns` side by side.
Frame frame_of_lines(const Drawing& drawing, const Panel& panel, int columns);
void draw_lines(Page& page, const Drawing& drawing, const Panel& panel, const Box& box);

/// The axes of lines in a plot of this size.
struct Plot {
  Plot(const Drawing& drawing, const Panel& panel, const Box& box);
  /// Numbers as pixels of the page. Those that are not finite lift the pen.
  Point point(double x, double y) const;
  std::vector<Point> points(const std::vector<double>& xs, const std::vector<double>& ys) const;
  Box box;
  Scale x, y;
};

/// Bars, or strips of dots: a row or more for each category.
Frame frame_of_bars(const Panel& panel);
void draw_bars(Page& page, const Drawing& drawing, const Panel& panel, const Box& box);
Frame frame_of_strips(const Panel& panel);
void draw_strips(Page& page, const Drawing& drawing, const Panel& panel, const Box& box);

/// The width is all there is; a map of few columns leaves some of it free.
Frame frame_of_heat_map(const Drawing& drawing, const Panel& panel, double width);
/// `explained`: with what the colours mean above it.
void draw_heat_map(Page& page, const Drawing& drawing, const Panel& panel, const Box& box, bool explained);

/// The name of a line, beside its end.
struct EndName {
  std::string name;
  const char* colour;
  double x, y;            // where the line ends
  double text_x, text_y;  // where the name begins
};

/// Whether the lines of a figure could be named at their ends: there is one panel, of lines with different
/// names.
bool can_name_ends(const Drawing& drawing);
/// What the names need at the right of the plot.
double room_for_end_names(const Drawing& drawing);
/// Names that lie neither on one another nor on a line; nothing where they do not find such places.
std::optional<std::vector<EndName>> end_names(const Drawing& drawing, const Box& box);
void draw_end_names(Page& page, const std::vector<EndName>& names);

}  // namespace lesson
