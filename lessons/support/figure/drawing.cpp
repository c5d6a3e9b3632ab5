#include "support/figure/drawing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

void check_log(const Drawing& drawing, const std::string& series, char axis,
               const std::vector<double>& numbers) {
  const auto wrong = std::find_if(numbers.begin(), numbers.end(), [](double n) { return n <= 0; });
  if (wrong == numbers.end()) return;
  fail(drawing,
       fmt::format("'{}' on a log axis: {}[{}] is {}; all must be above 0. Leave log_{} out, or NaN in",
                   tg::shown(series), axis, wrong - numbers.begin(), *wrong, axis));
}

void check_panel(const Drawing& drawing, const Panel& panel) {
  const std::string title =
      panel.title.empty() ? "the figure" : fmt::format("panel '{}'", tg::shown(panel.title));
  if (panel.empty())
    fail(drawing, fmt::format("{} is empty; it needs a line, points, bars, a strip or a heat map", title));
  if (panel.heat_map && !panel.series.empty())
    fail(drawing, fmt::format("{} has a heat map and something else; give each a panel", title));
  const Mark first = panel.has(Mark::bars) ? Mark::bars : Mark::strip;
  const Axes& axes = drawing.axes[panel.axes];
  for (const Series& s : panel.series) {
    if (panel.has_categories() && s.mark != first && s.mark != Mark::baseline)
      fail(drawing, fmt::format("{0} has {1} and '{2}'; beside {1} only a baseline can stand", title,
                                first == Mark::bars ? "bars" : "a strip", tg::shown(s.name)));
    if (s.mark == Mark::bars && axes.log_y)
      fail(drawing,
           fmt::format("bars '{}' on a log axis: a bar begins at 0, which a log axis lacks; draw a strip or "
                       "points",
                       tg::shown(s.name)));
    if (axes.log_x && !panel.has_categories()) check_log(drawing, s.name, 'x', s.x);
    if (!axes.log_y) continue;
    for (const std::vector<double>& numbers : {s.y, s.lower, s.upper})
      check_log(drawing, s.name, 'y', numbers);
  }
}

}  // namespace

bool Series::has_range(std::size_t i) const {
  return i < lower.size() && std::isfinite(lower[i]) && std::isfinite(upper[i]);
}

std::vector<double> Series::values_of(std::size_t category) const {
  std::vector<double> values;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i] == static_cast<double>(category) && std::isfinite(y[i])) values.push_back(y[i]);
  std::sort(values.begin(), values.end());
  return values;
}

std::size_t Series::count_of(std::size_t category) const {
  return static_cast<std::size_t>(std::count(x.begin(), x.end(), static_cast<double>(category)));
}

std::string HeatMap::row_name(int row) const {
  return labels.row_names.empty() ? std::to_string(row) : labels.row_names[static_cast<std::size_t>(row)];
}

bool HeatMap::has_marks() const {
  const std::vector<std::string>& names = labels.column_names;
  return std::find(names.begin(), names.end(), "") != names.end();
}

std::string HeatMap::column_name(int column) const {
  return labels.column_names.empty() ? std::to_string(column)
                                     : labels.column_names[static_cast<std::size_t>(column)];
}

bool Panel::has(Mark mark) const {
  return std::any_of(series.begin(), series.end(), [mark](const Series& s) { return s.mark == mark; });
}

std::vector<const Series*> Panel::all(Mark mark) const {
  std::vector<const Series*> chosen;
  for (const Series& s : series)
    if (s.mark == mark) chosen.push_back(&s);
  return chosen;
}

int style_of(const Drawing& drawing, const Series& series) {
  std::vector<std::string> names;
  for (const Panel& panel : drawing.panels)
    for (const Series& other : panel.series)
      if ((other.mark == Mark::baseline) == (series.mark == Mark::baseline) &&
          std::find(names.begin(), names.end(), other.name) == names.end())
        names.push_back(other.name);
  return static_cast<int>(std::find(names.begin(), names.end(), series.name) - names.begin());
}

void fail(const Drawing& drawing, const std::string& wrong) {
  tg::fail("figure " + drawing.name, "{}", wrong);
}

void check(const Drawing& drawing) {
  for (const Panel& panel : drawing.panels) check_panel(drawing, panel);
}

}  // namespace lesson
