#include "support/figure.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "support/figure/csv.hpp"
#include "support/figure/drawing.hpp"
#include "support/figure/picture.hpp"
#include "support/figure/svg.hpp"
#include "support/figure/text.hpp"
#include "support/settings.hpp"
#include "support/terminal.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

using Values = std::vector<double>;

bool finite(double number) { return std::isfinite(number); }

// What holds for the numbers of anything that is drawn. `what` names it: line 'raw'.
void check_numbers(const Drawing& drawing, const std::string& what, const Values& numbers) {
  if (numbers.empty()) fail(drawing, fmt::format("{} has no numbers; it needs at least one", what));
  if (std::none_of(numbers.begin(), numbers.end(), finite))
    fail(drawing,
         fmt::format("{}: all {} numbers are NaN or infinite; at least one must be finite. The first is {}",
                     what, numbers.size(), numbers[0]));
}

void check_pairs(const Drawing& drawing, const std::string& what, const Values& x, const Values& y) {
  if (x.size() != y.size())
    fail(drawing, fmt::format("{} has {} x for {} y; each point needs both", what, x.size(), y.size()));
  check_numbers(drawing, what, y);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (finite(x[i]) && finite(y[i])) return;
  fail(drawing, fmt::format("{}: no point has both a finite x and a finite y; at least one must", what));
}

Values counted(std::size_t n) {
  Values numbers(n);
  for (std::size_t i = 0; i < n; ++i) numbers[i] = static_cast<double>(i);
  return numbers;
}

Values medians_of(const std::vector<Spread>& spreads) {
  Values medians;
  for (const Spread& spread : spreads) medians.push_back(spread.median);
  return medians;
}

// To what was added last. A range must hold its median.
void add_ranges(Drawing& drawing, const std::string& what, const std::vector<Spread>& spreads) {
  Series& series = drawing.panels.back().series.back();
  for (const Spread& s : spreads) {
    if (s.low > s.median || s.median > s.high)
      fail(drawing,
           fmt::format("{}: a range goes from {} to {} with the median {}; the median must lie in it", what,
                       s.low, s.high, s.median));
    series.lower.push_back(s.low);
    series.upper.push_back(s.high);
  }
}

void check_categories(const Drawing& drawing, const std::string& what,
                      const std::vector<std::string>& categories, std::size_t values) {
  if (categories.size() != values)
    fail(drawing,
         fmt::format("{}: {} categories for {} values; each needs one", what, categories.size(), values));
  const Panel& panel = drawing.panels.back();
  if (panel.has_categories() && panel.categories != categories)
    fail(drawing,
         fmt::format("{}: other categories than those before; in one panel they must be the same", what));
}

void check_names(const Drawing& drawing, const char* what, const std::vector<std::string>& names,
                 int wanted) {
  if (names.empty() || static_cast<int>(names.size()) == wanted) return;
  fail(drawing, fmt::format("heat map: {0} names for {1} {2}; give {1} or none", names.size(), wanted, what));
}

void check_range(const Drawing& drawing, char axis, const Range& range, bool log) {
  if (range.low >= range.high)
    fail(drawing, fmt::format("{}_range goes from {} to {}; the first must be the smaller", axis, range.low,
                              range.high));
  if (log && (range.low <= 0 || range.high <= 0))
    fail(drawing, fmt::format("{}_range of a log axis goes from {} to {}; both must be above 0", axis,
                              range.low, range.high));
}

}  // namespace

Figure::Figure(const std::string& name, const std::string& finding) : drawing_(std::make_unique<Drawing>()) {
  check_picture("figure", name, finding);
  *drawing_ = {name, finding, {Axes{}}, {Panel{}}};
}

Figure::Figure(Figure&& other) noexcept = default;
Figure::~Figure() = default;

void Figure::panel(const std::string& title) {
  std::vector<Panel>& panels = drawing_->panels;
  if (!panels.back().empty() || !panels.back().title.empty()) panels.emplace_back();
  panels.back().title = title;
  panels.back().axes = drawing_->axes.size() - 1;
}

void Figure::axes(const Axes& axes) {
  check_range(*drawing_, 'x', axes.x_range, axes.log_x);
  check_range(*drawing_, 'y', axes.y_range, axes.log_y);
  drawing_->axes.push_back(axes);
  drawing_->panels.back().axes = drawing_->axes.size() - 1;
}

void Figure::line(const std::string& name, const Numbers& y) {
  line(name, counted(static_cast<const Values&>(y).size()), y);
}

void Figure::line(const std::string& name, const Numbers& x, const Numbers& y) {
  check_pairs(*drawing_, fmt::format("line '{}'", tg::shown(name)), x, y);
  drawing_->panels.back().series.push_back({Mark::line, name, x, y});
}

void Figure::points(const std::string& name, const Numbers& x, const Numbers& y) {
  check_pairs(*drawing_, fmt::format("points '{}'", tg::shown(name)), x, y);
  drawing_->panels.back().series.push_back({Mark::points, name, x, y});
}

void Figure::points(const std::string& name, const Numbers& x, const Spreads& y) {
  points(name, x, medians_of(y));
  add_ranges(*drawing_, fmt::format("points '{}'", tg::shown(name)), y);
}

void Figure::band(const std::string& name, const Numbers& x, const Numbers& low, const Numbers& high) {
  check_pairs(*drawing_, fmt::format("lower edge of band '{}'", tg::shown(name)), x, low);
  check_pairs(*drawing_, fmt::format("upper edge of band '{}'", tg::shown(name)), x, high);
  drawing_->panels.back().series.push_back({Mark::band, name, x, low, low, high});
}

void Figure::baseline(const std::string& name, double y) {
  check_numbers(*drawing_, fmt::format("baseline '{}'", tg::shown(name)), {y});
  drawing_->panels.back().series.push_back({Mark::baseline, name, {}, {y}});
}

void Figure::bars(const std::string& name, const std::vector<std::string>& categories,
                  const Numbers& values) {
  const Values& lengths = values;
  const std::string what = fmt::format("bars '{}'", tg::shown(name));
  check_categories(*drawing_, what, categories, lengths.size());
  check_numbers(*drawing_, what, lengths);
  drawing_->panels.back().categories = categories;
  drawing_->panels.back().series.push_back({Mark::bars, name, counted(lengths.size()), lengths});
}

void Figure::bars(const std::string& name, const std::vector<std::string>& categories,
                  const Spreads& values) {
  bars(name, categories, medians_of(values));
  add_ranges(*drawing_, fmt::format("bars '{}'", tg::shown(name)), values);
}

void Figure::strip(const std::string& name, const std::vector<std::string>& categories, const Lists& values) {
  const std::vector<Values>& rows = values;
  const std::string what = fmt::format("strip '{}'", tg::shown(name));
  check_categories(*drawing_, what, categories, rows.size());
  Series series{Mark::strip, name, {}, {}};
  for (std::size_t c = 0; c < rows.size(); ++c) {
    series.x.insert(series.x.end(), rows[c].size(), static_cast<double>(c));
    series.y.insert(series.y.end(), rows[c].begin(), rows[c].end());
  }
  check_numbers(*drawing_, what, series.y);
  drawing_->panels.back().categories = categories;
  drawing_->panels.back().series.push_back(std::move(series));
}

void Figure::heat_map(const Numbers& values, int rows, int columns, const HeatMapLabels& labels) {
  const Values& cells = values;
  if (rows < 1 || columns < 1 ||
      cells.size() != static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns))
    fail(*drawing_,
         fmt::format("heat map: {} values for {} rows and {} columns; rows times columns are needed",
                     cells.size(), rows, columns));
  check_numbers(*drawing_, "heat map", cells);
  check_names(*drawing_, "rows", labels.row_names, rows);
  check_names(*drawing_, "columns", labels.column_names, columns);
  if (drawing_->panels.back().heat_map)
    fail(*drawing_, "a second heat map in one panel; call panel() before it");
  drawing_->panels.back().heat_map = HeatMap{cells, rows, columns, labels};
}

void show(const Figure& figure) {
  const Drawing& drawing = figure.drawing();
  check(drawing);
  if (muted()) return;
  for (const std::string& directory : {settings().figures, settings().csv})
    if (!directory.empty()) write_file(directory, drawing.name + ".csv", csv_of(drawing));
  show_picture(
      drawing.name, drawing.finding, [&] { return svg_of(drawing); },
      [&](int width) { return text_of(drawing, width); });
}

}  // namespace lesson
