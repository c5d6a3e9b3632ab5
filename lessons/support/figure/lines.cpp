#include <algorithm>
#include <cmath>

#include "support/figure/panels.hpp"

namespace lesson {
namespace {

using Points = std::vector<Point>;

constexpr std::size_t most_points = 1200;  // two for each pixel of the widest plot
constexpr Pen grid_pen{"#e4e4e4"}, axis_pen{"#888888"};

bool there(const Point& point) { return std::isfinite(point.x) && std::isfinite(point.y); }

// Whether all of it is seen. A little beyond the box counts as on its edge.
bool inside(const Box& box, const Point& p) {
  constexpr double little = 1e-6;
  return p.x >= box.left - little && p.x <= box.right + little && p.y >= box.top - little &&
         p.y <= box.bottom + little;
}

// Draws what may reach out of the box.
template <class Draw>
void clipped(Page& page, const Box& box, const Points& points, Draw draw) {
  const bool out =
      std::any_of(points.begin(), points.end(), [&](const Point& p) { return there(p) && !inside(box, p); });
  if (out) page.begin_clip(box);
  draw();
  if (out) page.end_clip();
}

// Where a line has more points than a picture can show, the lowest and the highest of each stretch.
Points thinned(const Points& points) {
  const std::size_t n = points.size(), stretches = most_points / 2;
  if (n <= most_points) return points;
  Points few;
  for (std::size_t k = 0; k < stretches; ++k) {
    const std::size_t from = k * n / stretches, to = (k + 1) * n / stretches;
    std::size_t lowest = from, highest = from;
    for (std::size_t i = from; i < to; ++i) {
      if (!there(points[i])) continue;  // gives way to any point
      if (!there(points[lowest]) || points[i].y > points[lowest].y) lowest = i;
      if (!there(points[highest]) || points[i].y < points[highest].y) highest = i;
    }
    few.push_back(points[std::min(lowest, highest)]);
    few.push_back(points[std::max(lowest, highest)]);
  }
  return few;
}

double length(const Points& points, std::size_t stride) {
  double sum = 0;
  for (std::size_t i = stride; i < points.size(); i += stride)
    sum += std::hypot(points[i].x - points[i - stride].x, points[i].y - points[i - stride].y);
  return sum;
}

// How much longer a noisy line is than it looks; dashes of that length look as long as on a smooth one.
double roughness(Points points) {
  std::erase_if(points, [](const Point& p) { return !there(p); });
  const std::size_t stride = std::max<std::size_t>(points.size() / 40, 1);
  const double seen = length(points, stride);
  return seen > 0 ? std::clamp(length(points, 1) / seen, 1.0, 30.0) : 1;
}

void draw_line(Page& page, const Series& series, int style, const Plot& plot) {
  const Points points = thinned(plot.points(series.x, series.y));
  Pen pen = look(style).pen;
  const double longer = roughness(points);
  for (double& dash : pen.dashes) dash *= longer;
  Points alone;  // between two gaps there is no line to draw
  for (std::size_t i = 0; i < points.size(); ++i)
    if (there(points[i]) && (i == 0 || !there(points[i - 1])) &&
        (i + 1 == points.size() || !there(points[i + 1])) && inside(plot.box, points[i]))
      alone.push_back(points[i]);
  clipped(page, plot.box, points, [&] { page.polyline(points, pen); });
  page.symbols(alone, Symbol::circle, pen.width, pen.colour);
}

void draw_points(Page& page, const Series& series, int style, const Plot& plot) {
  Points points = plot.points(series.x, series.y), ranges;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!there(points[i]) || !series.has_range(i)) continue;
    const Point low = plot.point(series.x[i], series.lower[i]),
                high = plot.point(series.x[i], series.upper[i]);
    ranges.insert(ranges.end(), {low, high, pen_up});
    for (const Point& end : {low, high})
      ranges.insert(ranges.end(), {{end.x - 3, end.y}, {end.x + 3, end.y}, pen_up});
  }
  const char* colour = look(style).pen.colour;
  const Box wider{plot.box.left - 4, plot.box.top, plot.box.right + 4, plot.box.bottom};
  clipped(page, wider, ranges, [&] { page.polyline(ranges, {colour, 1.3}); });
  std::erase_if(points, [&](const Point& p) { return !inside(plot.box, p); });
  // A little of what is behind a point shows through.
  page.symbols(points, look(style).symbol, series.x.size() > 200 ? 2.3 : symbol_radius, colour, 0.87);
}

// The band's next stretch from `from` on without a gap; gives back where it ends.
std::size_t stretch(const Points& low, const Points& high, std::size_t from, Points& corners) {
  corners.clear();
  std::size_t end = from;
  for (; end < low.size() && there(low[end]) && there(high[end]); ++end) corners.push_back(high[end]);
  for (std::size_t i = end; i > from; --i) corners.push_back(low[i - 1]);
  if (end - from == 1)  // one place: as wide as a line
    corners = {{high[from].x - 1, high[from].y},
               {high[from].x + 1, high[from].y},
               {low[from].x + 1, low[from].y},
               {low[from].x - 1, low[from].y}};
  return end;
}

void draw_band(Page& page, const Series& series, int style, const Plot& plot) {
  const Points low = plot.points(series.x, series.lower), high = plot.points(series.x, series.upper);
  Points corners;
  for (std::size_t i = 0; i < low.size(); ++i) {
    i = stretch(low, high, i, corners);
    if (!corners.empty())
      clipped(page, plot.box, corners, [&] { page.polygon(corners, look(style).pen.colour, 0.2); });
  }
}

void draw_baseline(Page& page, double value, const Pen& pen, const Plot& plot) {
  const Point start = plot.point(plot.x.low, value);
  if (inside(plot.box, start)) page.segment(plot.box.left, start.y, plot.box.right, start.y, pen);
}

void draw_axes(Page& page, const Plot& plot) {
  const Box& box = plot.box;
  Points grid, axis{{box.left, box.bottom}, {box.right, box.bottom}};
  for (const Tick& tick : plot.y.ticks()) {
    const double y = plot.point(plot.x.low, tick.value).y;
    grid.insert(grid.end(), {{box.left, y}, {box.right, y}, pen_up});
    page.text(box.left - 5, y, tick.label, tick_font, Align::right);
  }
  for (const Tick& tick : plot.x.ticks()) {
    const double x = plot.point(tick.value, plot.y.low).x;
    grid.insert(grid.end(), {{x, box.top}, {x, box.bottom}, pen_up});
    axis.insert(axis.end(), {pen_up, {x, box.bottom}, {x, box.bottom + 3.6}});
    page.text(x, box.bottom + 14, tick.label, tick_font, Align::center);
  }
  page.polyline(grid, grid_pen);
  page.polyline(axis, axis_pen);
}

}  // namespace

Plot::Plot(const Drawing& drawing, const Panel& panel, const Box& where) : box(where) {
  y = y_scale(drawing, panel.axes, std::clamp(static_cast<int>(box.height() / 38), 2, 6));
  double widest = 0;
  for (const Tick& tick : x_scale(drawing, panel.axes, 5).ticks())
    widest = std::max(widest, pixel_width(tick.label, tick_font));
  x = x_scale(drawing, panel.axes, std::clamp(static_cast<int>(box.width() / (widest + 20)), 2, 8));
}

Point Plot::point(double number_x, double number_y) const {
  if (!std::isfinite(number_x) || !std::isfinite(number_y)) return pen_up;
  return {box.left + x.place(number_x) * box.width(), box.bottom - y.place(number_y) * box.height()};
}

std::vector<Point> Plot::points(const std::vector<double>& xs, const std::vector<double>& ys) const {
  Points points;
  for (std::size_t i = 0; i < xs.size(); ++i) points.push_back(point(xs[i], ys[i]));
  return points;
}

Frame frame_of_lines(const Drawing& drawing, const Panel& panel, int columns) {
  Frame frame{0, 12, 20, columns == 1 ? 300.0 : columns == 2 ? 170.0 : 130.0};
  for (const Tick& tick : Plot(drawing, panel, {0, 0, 0, frame.height}).y.ticks())
    frame.left = std::max(frame.left, pixel_width(tick.label, tick_font) + 8);
  return frame;
}

void draw_lines(Page& page, const Drawing& drawing, const Panel& panel, const Box& box) {
  const Plot plot(drawing, panel, box);
  draw_axes(page, plot);
  for (Mark mark : {Mark::band, Mark::baseline, Mark::line, Mark::points}) {  // from the back to the front
    for (const Series* series : panel.all(mark)) {
      const int style = style_of(drawing, *series);
      if (mark == Mark::band) draw_band(page, *series, style, plot);
      if (mark == Mark::baseline) draw_baseline(page, series->y[0], baseline_pen(style), plot);
      if (mark == Mark::line) draw_line(page, *series, style, plot);
      if (mark == Mark::points) draw_points(page, *series, style, plot);
    }
  }
}

}  // namespace lesson
