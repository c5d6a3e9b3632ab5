#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "support/figure/panels.hpp"

namespace lesson {
namespace {

// Of a name; from the end of a line to its name; what counts as the right edge.
constexpr double height = 16, reach = 10, near = 20;
constexpr Font font{};

using Path = std::vector<Point>;

// Where the name of a line that ends inside the plot is tried: right or left of the end, up or down.
constexpr std::array places = {Point{1, 0},   Point{1, -6},  Point{1, 6},   Point{-1, 0},  Point{-1, 6},
                               Point{-1, -6}, Point{1, -10}, Point{1, 10},  Point{-1, 10}, Point{-1, -10},
                               Point{1, -14}, Point{1, 14},  Point{-1, 14}, Point{-1, -14}};

bool named(const Panel& panel, const Series& series) {
  if (series.name.empty()) return false;
  if (series.mark != Mark::band) return true;
  return std::none_of(panel.series.begin(), panel.series.end(), [&](const Series& other) {
    return other.mark == Mark::line && other.name == series.name;
  });
}

// The last point that is there.
std::size_t last(const Series& series) {
  std::size_t i = series.y.size() - 1;
  while (!std::isfinite(series.x[i]) || !std::isfinite(series.y[i])) --i;
  return i;
}

// Points along a line, so close that no name slips between two.
Path path_of(const Series& series, const Plot& plot) {
  const bool baseline = series.mark == Mark::baseline;
  Path corners = baseline ? plot.points({plot.x.low, plot.x.high}, {series.y[0], series.y[0]})
                          : plot.points(series.x, series.y);
  std::erase_if(corners, [](const Point& p) { return !std::isfinite(p.x) || !std::isfinite(p.y); });
  Path path;
  for (const Point& to : corners) {
    const Point from = path.empty() ? to : path.back();
    const int steps = 1 + static_cast<int>(std::min(std::hypot(to.x - from.x, to.y - from.y) / 3, 1000.0));
    for (int k = 1; k <= steps; ++k)
      path.push_back({from.x + (to.x - from.x) * k / steps, from.y + (to.y - from.y) * k / steps});
  }
  return path;
}

bool crosses(const Path& path, const Box& box) {
  return std::any_of(path.begin(), path.end(), [&](const Point& p) {
    return p.x > box.left && p.x < box.right && p.y > box.top && p.y < box.bottom;
  });
}

bool overlap(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

Box box_of(const EndName& name) {
  return {name.text_x, name.text_y - height / 2, name.text_x + pixel_width(name.name, font),
          name.text_y + height / 2};
}

// Names at the right edge keep the order of their lines and are pushed apart.
void push_apart(std::vector<EndName*>& names, const Box& box) {
  std::stable_sort(names.begin(), names.end(),
                   [](const EndName* a, const EndName* b) { return a->y < b->y; });
  for (int round = 0; round < 200; ++round) {
    for (std::size_t i = 1; i < names.size(); ++i) {
      const double missing = height - (names[i]->text_y - names[i - 1]->text_y);
      if (missing <= 0) continue;
      names[i - 1]->text_y -= missing / 2;
      names[i]->text_y += missing / 2;
    }
    if (names.empty()) return;
    names.front()->text_y = std::max(names.front()->text_y, box.top);
    names.back()->text_y = std::min(names.back()->text_y, box.bottom);
  }
}

}  // namespace

bool can_name_ends(const Drawing& drawing) {
  if (drawing.panels.size() != 1) return false;
  const Panel& panel = drawing.panels[0];
  std::set<std::string> names;
  for (const Series& series : panel.series) {
    if (series.mark == Mark::points || panel.has_categories()) return false;
    if (named(panel, series) && !names.insert(series.name).second) return false;
  }
  return !names.empty();
}

double room_for_end_names(const Drawing& drawing) {
  const Panel& panel = drawing.panels[0];
  const Scale x = x_scale(drawing, panel.axes, 8);
  double room = 12;
  for (const Series& series : panel.series)
    if (named(panel, series) && (series.mark == Mark::baseline || x.place(series.x[last(series)]) > 0.9))
      room = std::max(room, pixel_width(series.name, font) + reach + 4);
  return room;
}

std::optional<std::vector<EndName>> end_names(const Drawing& drawing, const Box& box) {
  const Panel& panel = drawing.panels[0];
  const Plot plot(drawing, panel, box);
  const double right = box.right + room_for_end_names(drawing);
  std::vector<Path> paths;
  std::vector<EndName> names;
  for (const Series& series : panel.series) {
    paths.push_back(path_of(series, plot));
    if (!named(panel, series)) continue;
    const int style = style_of(drawing, series);
    const char* colour = series.mark == Mark::baseline ? baseline_pen(style).colour : look(style).text_colour;
    const Point end = paths.back().back();
    const double x = std::clamp(end.x, box.left, box.right), y = std::clamp(end.y, box.top, box.bottom);
    names.push_back({series.name, colour, x, y, x + reach, y});
  }

  std::vector<EndName*> at_edge;
  std::vector<Box> taken;
  for (EndName& name : names) {
    if (name.x < box.right - near) continue;
    name.text_x = box.right + reach;
    at_edge.push_back(&name);
  }
  push_apart(at_edge, box);
  for (const EndName* name : at_edge) {
    const Box here = box_of(*name);
    if (!taken.empty() && here.top < taken.back().bottom - 1) return std::nullopt;  // too many
    taken.push_back(here);
  }
  for (EndName& name : names) {
    if (name.x >= box.right - near) continue;
    const auto free = [&](const Point& moved) {
      name.text_x = moved.x < 0 ? name.x - reach - pixel_width(name.name, font) : name.x + reach;
      name.text_y = name.y + moved.y;
      const Box here = box_of(name);
      return here.left >= box.left && here.right <= right && here.top >= box.top - height &&
             here.bottom <= box.bottom &&
             std::none_of(paths.begin(), paths.end(),
                          [&](const Path& path) { return crosses(path, here); }) &&
             std::none_of(taken.begin(), taken.end(), [&](const Box& other) { return overlap(other, here); });
    };
    if (std::none_of(places.begin(), places.end(), free)) return std::nullopt;
    taken.push_back(box_of(name));
  }
  return names;
}

void draw_end_names(Page& page, const std::vector<EndName>& names) {
  for (const EndName& name : names) {
    const double moved = std::abs(name.text_y - name.y);
    if (moved > height / 2 && name.text_x > name.x)
      page.segment(name.x + 2, name.y, name.text_x - 2, name.text_y, {"#aaaaaa"});
    page.text(name.text_x, name.text_y, name.name, {font.size, false, name.colour});
  }
}

}  // namespace lesson
