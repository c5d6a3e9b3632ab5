#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "support/figure/panels.hpp"

namespace lesson {
namespace {

constexpr std::size_t most_points = 2000;

// Where a line has more points than a picture can show, the lowest and the highest of each stretch.
void thin_out(std::vector<double>& x, std::vector<double>& y) {
  const std::size_t n = y.size(), stretches = most_points / 2;
  if (n <= most_points) return;
  std::vector<double> few_x, few_y;
  for (std::size_t k = 0; k < stretches; ++k) {
    const std::size_t from = k * n / stretches, to = (k + 1) * n / stretches;
    std::size_t lowest = from, highest = from;
    for (std::size_t i = from; i < to; ++i) {  // a NaN gives way to any number
      if (!(y[i] >= y[lowest]) && !std::isnan(y[i])) lowest = i;
      if (!(y[i] <= y[highest]) && !std::isnan(y[i])) highest = i;
    }
    for (const std::size_t i : {std::min(lowest, highest), std::max(lowest, highest)}) {
      few_x.push_back(x[i]);
      few_y.push_back(y[i]);
    }
  }
  x = few_x;
  y = few_y;
}

double length(const std::vector<Point>& points, std::size_t stride) {
  double sum = 0;
  for (std::size_t i = stride; i < points.size(); i += stride)
    sum += std::hypot(points[i].x - points[i - stride].x, points[i].y - points[i - stride].y);
  return sum;
}

// How much longer a noisy line is than it looks; dashes of that length look as long as on a smooth one.
double roughness(const std::vector<Point>& points) {
  const std::size_t stride = std::max<std::size_t>(points.size() / 40, 1);
  const double seen = length(points, stride);
  return seen > 0 ? std::clamp(length(points, 1) / seen, 1.0, 30.0) : 1;
}

void draw_line(Page& page, Series series, int style, const Plot& plot) {
  thin_out(series.x, series.y);
  Pen pen = look(style).pen;
  const double longer = roughness(plot.points(series.x, series.y));
  for (double& dash : pen.dashes) dash *= longer;
  page.line(page.data({series.x, series.y}), pen);
}

void draw_points(Page& page, const Series& series, int style) {
  const double size = series.x.size() > 200 ? 0.5 : 0.8;
  // 20: a little of what is behind a point shows through.
  page.plot(fmt::format("{} using 1:2 with points pointtype {} pointsize {} linecolor rgb '#20{}'",
                        page.data({series.x, series.y}), look(style).symbol, size,
                        look(style).pen.colour + 1));
}

void draw_band(Page& page, const Series& series, int style) {
  page.plot(fmt::format(
      "{} using 1:2:3 with filledcurves fillcolor rgb '{}' fillstyle transparent solid 0.2 noborder",
      page.data({series.x, series.y, series.upper}), look(style).pen.colour));
}

}  // namespace

Plot::Plot(const Drawing& drawing, const Panel& panel, const Box& where) : box(where) {
  y = y_scale(drawing, panel.axes, std::clamp(static_cast<int>(box.height() / 38), 2, 6));
  double widest = 0;
  for (const Tick& tick : x_scale(drawing, panel.axes, 5).ticks())
    widest = std::max(widest, pixel_width(tick.label, tick_font));
  x = x_scale(drawing, panel.axes, std::clamp(static_cast<int>(box.width() / (widest + 20)), 2, 8));
}

std::vector<Point> Plot::points(const std::vector<double>& xs, const std::vector<double>& ys) const {
  std::vector<Point> there;
  for (std::size_t i = 0; i < xs.size(); ++i)
    if (std::isfinite(xs[i]) && std::isfinite(ys[i]))
      there.push_back({box.left + x.place(xs[i]) * box.width(), box.bottom - y.place(ys[i]) * box.height()});
  return there;
}

Frame frame_of_lines(const Drawing& drawing, const Panel& panel, int columns) {
  Frame frame{0, 12, 20, columns == 1 ? 300.0 : columns == 2 ? 170.0 : 130.0};
  for (const Tick& tick : Plot(drawing, panel, {0, 0, 0, frame.height}).y.ticks())
    frame.left = std::max(frame.left, pixel_width(tick.label, tick_font) + 8);
  return frame;
}

void draw_lines(Page& page, const Drawing& drawing, const Panel& panel, const Box& box) {
  const Plot plot(drawing, panel, box);
  page.axes(box, plot.x, plot.y);
  page.ticks(plot.x.ticks(), plot.y.ticks());
  for (Mark mark : {Mark::band, Mark::baseline, Mark::line, Mark::points}) {  // from the back to the front
    for (const Series& series : panel.series) {
      if (series.mark != mark) continue;
      const int style = style_of(drawing, series);
      if (mark == Mark::band) draw_band(page, series, style);
      if (mark == Mark::baseline)
        page.line(page.data({{plot.x.low, plot.x.high}, {series.y[0], series.y[0]}}), baseline_pen(style));
      if (mark == Mark::line) draw_line(page, series, style, plot);
      if (mark == Mark::points) draw_points(page, series, style);
    }
  }
}

}  // namespace lesson
