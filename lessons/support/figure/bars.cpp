#include <algorithm>
#include <cmath>

#include "support/figure/categories.hpp"

namespace lesson {
namespace {

constexpr double thickness = 18, room_for_number = 56;

bool any_negative(const Panel& panel) {
  return std::any_of(panel.series.begin(), panel.series.end(), [](const Series& series) {
    return std::any_of(series.y.begin(), series.y.end(), [](double y) { return y < 0; });
  });
}

double left_of_bars(const Panel& panel) { return 10 + (any_negative(panel) ? room_for_number : 0); }

}  // namespace

Frame frame_of_bars(const Panel& panel) {
  const Rows rows(panel, Mark::bars, thickness);
  return {rows.width_of_names() + left_of_bars(panel), room_for_number, panel.has(Mark::baseline) ? 20.0 : 0,
          rows.height()};
}

void draw_bars(Page& page, const Drawing& drawing, const Panel& panel, const Box& box) {
  const Scale lengths = bar_scale(drawing, panel.axes);
  const Rows rows(panel, Mark::bars, thickness);
  const auto pixel = [&](double length) { return pixel_of(length, lengths, box); };
  const std::vector<const Series*> bars = panel.all(Mark::bars);
  rows.draw_names(page, box.left - left_of_bars(panel), box);
  rows.draw_baselines(page, drawing, lengths, box, 11);
  for (std::size_t s = 0; s < bars.size(); ++s) {
    const char* colour = look(style_of(drawing, *bars[s])).pen.colour;
    for (std::size_t c = 0; c < panel.categories.size(); ++c) {
      const double y = rows.middle(c, s, box), length = bars[s]->y[c];
      if (!std::isfinite(length)) {
        draw_number(page, pixel(0) + 6, y, "-");
        continue;
      }
      double end = pixel(length);
      page.rectangle({std::min(pixel(0), end), y - thickness / 2 + 1, std::max(pixel(0), end),
                      y + thickness / 2 - 1},
                     colour);
      if (bars[s]->has_range(c)) {
        const double low = pixel(bars[s]->lower[c]), high = pixel(bars[s]->upper[c]);
        draw_range(page, low, high, y, {"#000000", 1.3});
        end = length < 0 ? std::min(end, low) : std::max(end, high);
      }
      draw_number(page, end + (length < 0 ? -6 : 6), y, short_number(length),
                  length < 0 ? Align::right : Align::left);
    }
  }
  page.segment(pixel(0), box.top, pixel(0), box.bottom, {"#888888"});
}

}  // namespace lesson
