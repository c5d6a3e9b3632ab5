#include <algorithm>

#include "support/diagram/routes.hpp"
#include "support/diagram/svg_of_sketch.hpp"
#include "support/figure/headline.hpp"

namespace lesson {
namespace {

constexpr double row_height = 36, radius = 8, least_width = 30, most_width = 84;
constexpr const char *node_edge = "#33547a", *node_fill = "#eef4fb", *faint = "#cccccc";

struct Layout {
  double left, top, column_width;
  Shape node(std::size_t time, std::size_t state) const {
    const double x = left + column_width * static_cast<double>(time),
                 y = top + row_height * static_cast<double>(state);
    return {{x - radius, y - radius, x + radius, y + radius}, true};
  }
};

bool on_path(const Trellis& trellis, std::size_t time, int from, int to) {
  return !trellis.path.empty() && trellis.path[time] == from && trellis.path[time + 1] == to;
}

// A step between two times, unless no path takes it. What is not allowed is drawn once, where it could first
// be taken.
void draw_steps(Page& page, const Trellis& trellis, const Layout& layout, bool of_path) {
  const std::vector<std::vector<bool>> reached = reachable(trellis);
  for (const TrellisStep& step : trellis.steps) {
    const auto from = static_cast<std::size_t>(step.from), to = static_cast<std::size_t>(step.to);
    for (std::size_t t = 0; t + 1 < trellis.times.size(); ++t) {
      if (!reached[t][from] || !reached[t + 1][to]) continue;
      const bool taken = !step.style.crossed && on_path(trellis, t, step.from, step.to);
      if (taken != of_path) continue;
      ArrowStyle style = step.style;
      style.strong = style.strong || taken;
      const Route way = route({layout.node(t, from), layout.node(t + 1, to)}, 0, 1, 0);
      draw_arrow(page, way.points, style);
      if (!step.style.crossed) continue;
      draw_cross(page, way.middle);
      break;
    }
  }
}

void draw_nodes(Page& page, const Trellis& trellis, const Layout& layout) {
  const std::vector<std::vector<bool>> reached = reachable(trellis);
  for (std::size_t t = 0; t < trellis.times.size(); ++t) {
    for (std::size_t s = 0; s < trellis.states.size(); ++s) {
      const bool taken = !trellis.path.empty() && trellis.path[t] == static_cast<int>(s);
      page.ellipse(layout.node(t, s).box,
                   taken           ? strong_colour
                   : reached[t][s] ? node_fill
                                   : "#ffffff",
                   {taken           ? strong_colour
                    : reached[t][s] ? node_edge
                                    : faint,
                    1.3});
    }
  }
}

}  // namespace

std::string svg_of_trellis(const Sketch& sketch) {
  const Trellis& trellis = *sketch.trellis;
  const auto states = static_cast<double>(trellis.states.size()),
             times = static_cast<double>(trellis.times.size());
  double names = 0;
  for (const std::string& state : trellis.states) names = std::max(names, pixel_width(state, {}));
  const double start = edge + names + 12 + radius;
  const double room = page_width - edge - 2 * radius - start;
  const double column = times > 1 ? std::clamp(room / (times - 1), least_width, most_width) : 0;
  const double width = std::max(page_width, start + column * (times - 1) + 2 * radius + edge);
  const std::vector<std::string> lines = headline(sketch.finding, width);
  const Layout layout{start, below_headline(lines.size()) + 18 + radius, column};
  const double bottom = layout.top + row_height * (states - 1) + radius;

  Page page(sketch.name, width, bottom + 36);
  draw_headline(page, lines);
  draw_steps(page, trellis, layout, false);
  draw_steps(page, trellis, layout, true);
  draw_nodes(page, trellis, layout);
  for (std::size_t s = 0; s < trellis.states.size(); ++s)
    page.text(start - radius - 12, layout.node(0, s).box.middle().y, trellis.states[s], {}, Align::right);
  for (std::size_t t = 0; t < trellis.times.size(); ++t)
    page.text(layout.node(t, 0).box.middle().x, bottom + 16, trellis.times[t], tick_font, Align::center);
  return page.svg(sketch.finding + " " + description_of(sketch));
}

}  // namespace lesson
