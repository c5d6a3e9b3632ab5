#include "support/figure/csv.hpp"

#include <fmt/core.h>

#include "support/csv_line.hpp"

namespace lesson {
namespace {

std::string row(const std::string& panel, const std::string& series, const std::string& x, double y) {
  return csv_line({panel, series, x, fmt::format("{}", y)});
}

std::string rows_of(const Panel& panel, const Series& series) {
  std::string out;
  const auto add = [&](const std::string& name, const std::vector<double>& y) {
    for (std::size_t i = 0; i < y.size(); ++i) {
      const std::string x = series.x.empty()         ? ""
                            : panel.has_categories() ? panel.categories[static_cast<std::size_t>(series.x[i])]
                                                     : fmt::format("{}", series.x[i]);
      out += row(panel.title, name, x, y[i]);
    }
  };
  if (series.mark != Mark::band) add(series.name, series.y);
  add(series.name + " low", series.lower);
  add(series.name + " high", series.upper);
  return out;
}

}  // namespace

std::string csv_of(const Drawing& drawing) {
  std::string out = "panel,series,x,y\n";
  for (const Panel& panel : drawing.panels) {
    for (const Series& series : panel.series) out += rows_of(panel, series);
    if (!panel.heat_map) continue;
    const HeatMap& map = *panel.heat_map;
    for (int r = 0; r < map.rows; ++r)
      for (int c = 0; c < map.columns; ++c)
        out += row(panel.title, map.row_name(r), map.has_marks() ? std::to_string(c) : map.column_name(c),
                   map.at(r, c));
  }
  return out;
}

}  // namespace lesson
