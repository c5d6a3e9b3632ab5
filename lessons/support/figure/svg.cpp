#include "support/figure/svg.hpp"

#include <algorithm>

#include "support/figure/headline.hpp"
#include "support/figure/key.hpp"
#include "support/figure/panels.hpp"

namespace lesson {
namespace {

constexpr double between = 28, step = line_step;

struct Place {
  Box panel, plot;        // a panel is its plot with the names and numbers round it
  bool y_label, x_label;  // whether they are written here
};

// Where everything stands, from top to bottom: the finding, the key, rows of panels.
struct Layout {
  std::vector<std::string> headline;
  std::vector<std::vector<KeyEntry>> key;
  std::vector<Place> places;
  double height = 0;
};

// What the y axis or the colours mean is not said again where the panel before has the same axes.
bool needs_y_label(const Drawing& drawing, std::size_t i) {
  const Panel& panel = drawing.panels[i];
  const bool same = i > 0 && drawing.panels[i - 1].axes == panel.axes;
  return !same && (!drawing.axes[panel.axes].y.empty() || panel.heat_map);
}

// Nor is what the x axis means where the panel below has the same.
bool needs_x_label(const Drawing& drawing, std::size_t i, std::size_t columns) {
  const Panel& panel = drawing.panels[i];
  const bool same = i + columns < drawing.panels.size() && drawing.panels[i + columns].axes == panel.axes;
  return !same && !drawing.axes[panel.axes].x.empty() && !panel.has_categories();
}

Frame frame_of(const Drawing& drawing, const Panel& panel, double width, int columns) {
  if (panel.heat_map) return frame_of_heat_map(drawing, panel, width);
  if (panel.has(Mark::strip)) return frame_of_strips(panel);
  return panel.has(Mark::bars) ? frame_of_bars(panel) : frame_of_lines(drawing, panel, columns);
}

double width_of_column(std::size_t columns) {
  return (page_width - 2 * edge - between * static_cast<double>(columns - 1)) / static_cast<double>(columns);
}

// As many panels side by side as leave room for their titles and names.
std::size_t columns_of(const Drawing& drawing) {
  const std::size_t panels = drawing.panels.size();
  std::size_t columns = panels == 1 ? 1 : panels == 2 || panels == 4 ? 2 : 3;
  const auto cramped = [&](const Panel& panel) {
    const double width = width_of_column(columns);
    return pixel_width(panel.title, title_font) > width ||
           frame_of(drawing, panel, width, static_cast<int>(columns)).left > width / 2;
  };
  while (columns > 1 && std::any_of(drawing.panels.begin(), drawing.panels.end(), cramped)) --columns;
  return columns;
}

// Lines are named at their ends, or else in a key.
Layout layout_of(const Drawing& drawing, bool with_key) {
  Layout layout;
  const std::size_t panels = drawing.panels.size();
  const std::size_t columns = columns_of(drawing);
  const double all = page_width - 2 * edge, width = width_of_column(columns);
  layout.headline = headline(drawing.finding);
  if (with_key) layout.key = key_rows(drawing, all);
  double top = below_headline(layout.headline.size() + layout.key.size()) + 12;
  for (std::size_t first = 0; first < panels; first += columns) {
    const std::size_t end = std::min(first + columns, panels);
    bool title = false, y_label = false, x_label = false;
    for (std::size_t i = first; i < end; ++i) {
      title = title || !drawing.panels[i].title.empty();
      y_label = y_label || needs_y_label(drawing, i);
      x_label = x_label || needs_x_label(drawing, i, columns);
    }
    const double plot_top = top + (title ? step : 0) + (y_label ? step : 0) + 12;
    double bottom = plot_top;
    for (std::size_t i = first; i < end; ++i) {
      Frame frame = frame_of(drawing, drawing.panels[i], width, static_cast<int>(columns));
      if (!with_key) frame.right = room_for_end_names(drawing);
      const double left = edge + static_cast<double>(i - first) * (width + between);
      const double right = std::max(left + width - frame.right, left + frame.left + 60);
      const Box plot{left + frame.left, plot_top, right, plot_top + frame.height};
      layout.places.push_back({{left, top, left + width, plot.bottom + frame.below},
                               plot,
                               needs_y_label(drawing, i),
                               needs_x_label(drawing, i, columns)});
      bottom = std::max(bottom, plot.bottom + frame.below);
    }
    top = bottom + (x_label ? step : 0) + 10;
  }
  layout.height = top;
  return layout;
}

void draw_panel(Page& page, const Drawing& drawing, const Panel& panel, const Place& place) {
  const Axes& axes = drawing.axes[panel.axes];
  const Box& plot = place.plot;
  page.text(place.panel.left, place.panel.top + step / 2, panel.title, title_font);
  if (place.y_label) page.text(place.panel.left, plot.top - 18, axes.y, tick_font);
  if (place.x_label)
    page.text((plot.left + plot.right) / 2, place.panel.bottom + 10, axes.x, tick_font, Align::center);
  if (panel.heat_map)
    draw_heat_map(page, drawing, panel, plot, place.y_label);
  else if (panel.has(Mark::bars))
    draw_bars(page, drawing, panel, plot);
  else if (panel.has(Mark::strip))
    draw_strips(page, drawing, panel, plot);
  else
    draw_lines(page, drawing, panel, plot);
}

}  // namespace

std::string svg_of(const Drawing& drawing) {
  std::optional<std::vector<EndName>> names;
  Layout layout;
  if (can_name_ends(drawing)) {
    layout = layout_of(drawing, false);
    names = end_names(drawing, layout.places[0].plot);
  }
  if (!names) layout = layout_of(drawing, true);

  Page page(drawing.name, page_width, layout.height);
  draw_headline(page, layout.headline);
  double y = below_headline(layout.headline.size()) + step / 2;
  for (const auto& row : layout.key) {
    draw_key(page, row, edge, y + 4);
    y += step;
  }
  for (std::size_t i = 0; i < drawing.panels.size(); ++i)
    draw_panel(page, drawing, drawing.panels[i], layout.places[i]);
  if (names) draw_end_names(page, *names);
  return page.svg(drawing.finding);
}

}  // namespace lesson
