#include <algorithm>
#include <cmath>

#include "support/figure/categories.hpp"
#include "support/statistics.hpp"

namespace lesson {
namespace {

constexpr double row_height = 26, radius = 3.6, room_for_number = 100;

// Dots that would lie on one another are moved up and down by turns, as far as the row allows.
std::vector<Point> swarm(const std::vector<double>& xs, double y) {
  std::vector<Point> dots;
  for (double x : xs) {
    Point dot{x, y};
    for (int k = 0; k < 5; ++k) {
      dot.y = y + (k % 2 ? -1 : 1) * ((k + 1) / 2) * radius * 1.2;
      const auto covers = [&](const Point& other) {
        return std::hypot(other.x - dot.x, other.y - dot.y) < radius * 1.15;
      };
      if (std::none_of(dots.begin(), dots.end(), covers)) break;
    }
    dots.push_back(dot);
  }
  return dots;
}

void draw_axis(Page& page, const Scale& scale, const Box& box) {
  for (const Tick& tick : scale.ticks()) {
    const double x = pixel_of(tick.value, scale, box);
    page.segment(x, box.top, x, box.bottom, {"#e4e4e4"});
    page.segment(x, box.bottom, x, box.bottom + 3.6, {"#888888"});
    page.text(x, box.bottom + 14, tick.label, tick_font, Align::center);
  }
  page.segment(box.left, box.bottom, box.right, box.bottom, {"#888888"});
}

}  // namespace

Frame frame_of_strips(const Panel& panel) {
  const Rows rows(panel, Mark::strip, row_height);
  return {rows.width_of_names() + 12, room_for_number, panel.has(Mark::baseline) ? 36.0 : 20.0,
          rows.height()};
}

void draw_strips(Page& page, const Drawing& drawing, const Panel& panel, const Box& box) {
  const Scale scale = strip_scale(drawing, panel.axes, std::clamp(static_cast<int>(box.width() / 70), 2, 7));
  const Rows rows(panel, Mark::strip, row_height);
  const std::vector<const Series*> strips = panel.all(Mark::strip);
  draw_axis(page, scale, box);
  rows.draw_names(page, box.left - 12, box);
  rows.draw_baselines(page, drawing, scale, box, 28);
  for (std::size_t s = 0; s < strips.size(); ++s) {
    const Look& its = look(style_of(drawing, *strips[s]));
    for (std::size_t c = 0; c < panel.categories.size(); ++c) {
      const double y = rows.middle(c, s, box);
      const std::vector<double> values = strips[s]->values_of(c);
      page.text(box.right + 12, y, strip_number(*strips[s], c), {13, false, its.text_colour});
      if (values.empty()) continue;
      std::vector<double> seen;
      for (double value : values)
        if (scale.place(value) > -1e-9 && scale.place(value) < 1 + 1e-9)
          seen.push_back(pixel_of(value, scale, box));
      page.symbols(swarm(seen, y), its.symbol, radius, its.pen.colour, 0.6);
      const double median = pixel_of(spread(values).median, scale, box);
      page.segment(median, y - row_height / 2 + 2, median, y + row_height / 2 - 2, {its.text_colour, 2.5});
    }
  }
}

}  // namespace lesson
