#include "support/figure/categories.hpp"

#include <algorithm>

namespace lesson {
namespace {

constexpr double between = 14;  // categories

}  // namespace

Rows::Rows(const Panel& panel, Mark mark, double height)
    : panel_(panel), series_(panel.all(mark).size()), height_(height) {}

double Rows::width_of_names() const {
  double width = 0;
  for (const std::string& category : panel_.categories) width = std::max(width, pixel_width(category, {}));
  return width;
}

double Rows::group_height() const { return height_ * static_cast<double>(series_) + between; }

double Rows::middle(std::size_t category, std::size_t series, const Box& box) const {
  return box.top + group_height() * static_cast<double>(category) + between / 2 +
         height_ * (static_cast<double>(series) + 0.5);
}

void Rows::draw_names(Page& page, double right, const Box& box) const {
  for (std::size_t c = 0; c < panel_.categories.size(); ++c)
    page.text(right, box.top + group_height() * (static_cast<double>(c) + 0.5), panel_.categories[c], {},
              Align::right);
}

void Rows::draw_baselines(Page& page, const Drawing& drawing, const Scale& scale, const Box& box,
                          double below) const {
  for (const Series* series : panel_.all(Mark::baseline)) {
    const double x = pixel_of(series->y[0], scale, box);
    page.segment(x, box.top, x, box.bottom, baseline_pen(style_of(drawing, *series)));
    page.text(x, box.bottom + below, series->name, tick_font, Align::center);
  }
}

double pixel_of(double length, const Scale& scale, const Box& box) {
  return box.left + std::clamp(scale.place(length), 0.0, 1.0) * box.width();
}

void draw_number(Page& page, double x, double y, const std::string& text, Align align) {
  const double width = pixel_width(text, {}), left = align == Align::left ? x : x - width;
  page.rectangle({left - 1, y - 7, left + width - 2, y + 7}, "#ffffff");
  page.text(x, y, text, {}, align);
}

void draw_range(Page& page, double from, double to, double y, const Pen& pen) {
  page.polyline({{from, y}, {to, y}, pen_up, {from, y - 4}, {from, y + 4}, pen_up, {to, y - 4}, {to, y + 4}},
                pen);
}

}  // namespace lesson
