#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "support/figure/panels.hpp"

namespace lesson {
namespace {

constexpr double thickness = 18, between = 14, room_for_number = 56;

bool any_negative(const Panel& panel) {
  return std::any_of(panel.series.begin(), panel.series.end(), [](const Series& series) {
    return std::any_of(series.y.begin(), series.y.end(), [](double y) { return y < 0; });
  });
}

double width_of_names(const Panel& panel) {
  double width = 0;
  for (const std::string& category : panel.categories) width = std::max(width, pixel_width(category, {}));
  return width;
}

std::vector<const Series*> all(const Panel& panel, Mark mark) {
  std::vector<const Series*> chosen;
  for (const Series& series : panel.series)
    if (series.mark == mark) chosen.push_back(&series);
  return chosen;
}

double height_of_group(const Panel& panel) {
  return thickness * static_cast<double>(all(panel, Mark::bars).size()) + between;
}

}  // namespace

Frame frame_of_bars(const Panel& panel) {
  return {width_of_names(panel) + 10 + (any_negative(panel) ? room_for_number : 0), room_for_number,
          panel.has(Mark::baseline) ? 20.0 : 0,
          height_of_group(panel) * static_cast<double>(panel.categories.size())};
}

void draw_bars(Page& page, const Drawing& drawing, const Panel& panel, const Box& box) {
  const Scale lengths = bar_scale(drawing, panel.axes);
  const Scale pixels{box.bottom, box.top};  // y grows downwards here
  page.axes(box, lengths, pixels);
  page.no_ticks();
  const auto pixel = [&](double length) { return box.left + lengths.place(length) * box.width(); };
  const std::vector<const Series*> bars = all(panel, Mark::bars);
  for (std::size_t s = 0; s < bars.size(); ++s) {
    std::vector<double> middle, top, bottom;
    for (std::size_t c = 0; c < panel.categories.size(); ++c) {
      const double y = box.top + height_of_group(panel) * static_cast<double>(c) + between / 2 +
                       thickness * (static_cast<double>(s) + 0.5);
      const double length = bars[s]->y[c];
      middle.push_back(y);
      top.push_back(y - thickness / 2 + 1);
      bottom.push_back(y + thickness / 2 - 1);
      if (std::isfinite(length)) {
        const double end = pixel(length) + (length < 0 ? -6 : 6);
        page.text(end, y, short_number(length), {}, length < 0 ? Align::right : Align::left);
      } else {
        page.text(pixel(0) + 6, y, "-");
      }
    }
    page.plot(
        fmt::format("{} using (0):1:(0):2:3:4 with boxxyerror fillcolor rgb '{}' fillstyle solid noborder",
                    page.data({middle, bars[s]->y, top, bottom}),
                    look(style_of(drawing, *bars[s])).pen.colour));
  }
  for (std::size_t c = 0; c < panel.categories.size(); ++c)
    page.text(box.left - 10 - (any_negative(panel) ? room_for_number : 0),
              box.top + height_of_group(panel) * (static_cast<double>(c) + 0.5), panel.categories[c], {},
              Align::right);
  page.segment(pixel(0), box.top, pixel(0), box.bottom, {"#888888"});
  for (const Series* series : all(panel, Mark::baseline)) {
    const double x = pixel(series->y[0]);
    page.segment(x, box.top, x, box.bottom, baseline_pen(style_of(drawing, *series)));
    page.text(x, box.bottom + 11, series->name, tick_font, Align::center);
  }
}

}  // namespace lesson
