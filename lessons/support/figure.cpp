#include "support/figure.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "support/figure/drawing.hpp"

namespace lesson {
namespace {

using Values = std::vector<double>;

[[noreturn]] void fail(const Drawing& drawing, const std::string& wrong) {
  throw std::invalid_argument(fmt::format("[figure {}] {}", drawing.name, wrong));
}

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

void check_names(const Drawing& drawing, const char* what, const std::vector<std::string>& names,
                 int wanted) {
  if (names.empty() || static_cast<int>(names.size()) == wanted) return;
  fail(drawing, fmt::format("heat map: {0} names for {1} {2}; give {1} or none", names.size(), wanted, what));
}

void check_log(const Drawing& drawing, const std::string& series, char axis, const Values& numbers) {
  const auto wrong = std::find_if(numbers.begin(), numbers.end(), [](double n) { return n <= 0; });
  if (wrong == numbers.end()) return;
  fail(drawing,
       fmt::format("'{}' on a log axis: {}[{}] is {}; all must be above 0. Leave log_{} out, or NaN in",
                   series, axis, wrong - numbers.begin(), *wrong, axis));
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

Numbers::Numbers(std::initializer_list<double> numbers) : numbers_(numbers) {}

Figure::Figure(const std::string& name, const std::string& finding) : drawing_(std::make_unique<Drawing>()) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (!plain)
    throw std::invalid_argument(
        fmt::format("[figure] the name is '{}'; it names files, so it needs letters, digits, _ and - only",
                    name));
  *drawing_ = {name, finding, {Axes{}}, {Panel{}}};
  if (finding.find_first_not_of(" \n\t") == std::string::npos)
    fail(*drawing_,
         "the finding is empty; it needs a sentence that says what to see, for who cannot see it too");
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
  check_pairs(*drawing_, fmt::format("line '{}'", name), x, y);
  drawing_->panels.back().series.push_back({Mark::line, name, x, y, {}});
}

void Figure::points(const std::string& name, const Numbers& x, const Numbers& y) {
  check_pairs(*drawing_, fmt::format("points '{}'", name), x, y);
  drawing_->panels.back().series.push_back({Mark::points, name, x, y, {}});
}

void Figure::band(const std::string& name, const Numbers& x, const Numbers& low, const Numbers& high) {
  check_pairs(*drawing_, fmt::format("lower edge of band '{}'", name), x, low);
  check_pairs(*drawing_, fmt::format("upper edge of band '{}'", name), x, high);
  drawing_->panels.back().series.push_back({Mark::band, name, x, low, high});
}

void Figure::baseline(const std::string& name, double y) {
  check_numbers(*drawing_, fmt::format("baseline '{}'", name), {y});
  drawing_->panels.back().series.push_back({Mark::baseline, name, {}, {y}, {}});
}

void Figure::bars(const std::string& name, const std::vector<std::string>& categories,
                  const Numbers& values) {
  const Values& lengths = values;
  const std::string what = fmt::format("bars '{}'", name);
  if (categories.size() != lengths.size())
    fail(*drawing_, fmt::format("{}: {} categories for {} values; each needs one", what, categories.size(),
                                lengths.size()));
  check_numbers(*drawing_, what, lengths);
  Panel& panel = drawing_->panels.back();
  if (panel.has(Mark::bars) && panel.categories != categories)
    fail(*drawing_,
         fmt::format("{}: other categories than the bars before; in one panel they must be the same", what));
  panel.categories = categories;
  panel.series.push_back({Mark::bars, name, counted(lengths.size()), lengths, {}});
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

int style_of(const Drawing& drawing, const Series& series) {
  std::vector<std::string> names;
  for (const Panel& panel : drawing.panels)
    for (const Series& other : panel.series)
      if ((other.mark == Mark::baseline) == (series.mark == Mark::baseline) &&
          std::find(names.begin(), names.end(), other.name) == names.end())
        names.push_back(other.name);
  return static_cast<int>(std::find(names.begin(), names.end(), series.name) - names.begin());
}

void check(const Drawing& drawing) {
  for (const Panel& panel : drawing.panels) {
    const std::string title = panel.title.empty() ? "the figure" : fmt::format("panel '{}'", panel.title);
    if (panel.empty())
      fail(drawing, fmt::format("{} is empty; it needs a line, points, bars or a heat map", title));
    if (panel.heat_map && !panel.series.empty())
      fail(drawing, fmt::format("{} has a heat map and something else; give each a panel", title));
    const Axes& axes = drawing.axes[panel.axes];
    for (const Series& s : panel.series) {
      if (panel.has(Mark::bars) && s.mark != Mark::bars && s.mark != Mark::baseline)
        fail(drawing,
             fmt::format("{} has bars and '{}'; beside bars only a baseline can stand", title, s.name));
      if (s.mark == Mark::bars && axes.log_y)
        fail(drawing,
             fmt::format("bars '{}' on a log axis: a bar begins at 0, which a log axis lacks; draw points",
                         s.name));
      if (axes.log_x) check_log(drawing, s.name, 'x', s.x);
      if (axes.log_y) check_log(drawing, s.name, 'y', s.y);
      if (axes.log_y) check_log(drawing, s.name, 'y', s.upper);
    }
  }
}

}  // namespace lesson
