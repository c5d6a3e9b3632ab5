#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "support/figure/scale.hpp"
#include "support/figure/text.hpp"
#include "support/statistics.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

// "0.31 (0.2 to 0.5)" where there is a range.
std::string number_of(const Series& series, std::size_t i) {
  const std::string number = std::isfinite(series.y[i]) ? short_number(series.y[i]) : "-";
  if (!series.has_range(i)) return number;
  return fmt::format("{} ({} to {})", number, short_number(series.lower[i]), short_number(series.upper[i]));
}

constexpr int least_room = 22;  // for marks

// The rows of bars or strips: a name, marks, a number. Where there are several series for a category, or
// names leave little room for marks, a category has a line of its own above its rows.
class TextRows {
 public:
  TextRows(const Panel& panel, Mark mark, int numbers, int width)
      : width_(width), several_(panel.all(mark).size() > 1) {
    int categories = 0, series = 0;
    for (const std::string& category : panel.categories)
      categories = std::max(categories, visible_width(category));
    for (const Series& s : panel.series)
      if (several_ || s.mark == Mark::baseline) series = std::max(series, visible_width(s.name));
    const int room = width - numbers - categories;
    headed_ = several_ || room < 8 || (room < least_room && categories > width / 2);
    names_ = headed_ ? std::min(series + (several_ ? 2 : 0), width / 2)
                     : std::max(categories, std::min(series, width / 2));
    room_ = std::max(width - names_ - numbers - 2, 8);
  }

  int left() const { return names_ + 1; }
  int room() const { return room_; }

  std::string heading(const std::string& category) const {
    return headed_ ? wrapped(category, width_) + "\n" : "";
  }
  // What stands before the marks of a series.
  std::string start(const std::string& category, const std::string& series) const {
    return name(several_ ? "  " + series : headed_ ? "" : category);
  }
  std::string name(const std::string& text) const {
    return left_aligned(shortened(text, std::max(names_, 3)), names_) + " ";
  }

 private:
  int width_;
  bool several_, headed_ = false;
  int names_ = 0, room_ = 0;
};

// Letters from the zero to the end of a bar, and on a range: - beyond the bar, = on it, | at its ends.
std::string bar(const Series& series, std::size_t i, const Scale& scale, int room, char letter) {
  const auto column = [&](double value) {
    return static_cast<std::size_t>(std::lround(std::clamp(scale.place(value), 0.0, 1.0) * room));
  };
  const std::size_t zero = column(0), end = std::isfinite(series.y[i]) ? column(series.y[i]) : zero;
  std::string marks(std::min(zero, end), ' ');
  marks += std::string(std::max(zero, end) - marks.size(), letter);
  if (!series.has_range(i)) return marks;
  const std::size_t low = column(series.lower[i]), high = std::max(column(series.upper[i]), low + 1);
  if (marks.size() < high) marks.resize(high, ' ');
  for (std::size_t k = low; k < high; ++k)
    marks[k] = k == low || k + 1 == high ? '|' : marks[k] == letter ? '=' : '-';
  return marks;
}

// The dots of one category: o one, O several, | the median.
std::string dots(const std::vector<double>& values, const Scale& scale, int room) {
  std::string marks(static_cast<std::size_t>(room), ' ');
  const auto at = [&](double value) -> char* {
    const int column = std::isfinite(scale.place(value)) ? column_of(scale.place(value), room) : -1;
    return column < 0 || column >= room ? nullptr : &marks[static_cast<std::size_t>(column)];
  };
  for (double value : values)
    if (char* mark = at(value)) *mark = *mark == ' ' ? 'o' : 'O';
  if (!values.empty())
    if (char* mark = at(spread(values).median)) *mark = '|';
  return marks;
}

std::string label_of(const Drawing& drawing, const Panel& panel, int width) {
  const std::string& label = drawing.axes[panel.axes].y;
  return label.empty() ? "" : wrapped(label, width) + "\n";
}

}  // namespace

std::string text_of_bars(const Drawing& drawing, const Panel& panel, int width) {
  const Scale scale = bar_scale(drawing, panel.axes);
  int numbers = 0;
  for (const Series& series : panel.series)
    for (std::size_t i = 0; i < series.y.size(); ++i)
      numbers = std::max(numbers, visible_width(number_of(series, i)));
  const TextRows rows(panel, Mark::bars, numbers, width);
  std::string out = label_of(drawing, panel, width);
  for (std::size_t c = 0; c < panel.categories.size(); ++c) {
    out += rows.heading(panel.categories[c]);
    for (const Series* series : panel.all(Mark::bars))
      out += rows.start(panel.categories[c], series->name) + bar(*series, c, scale, rows.room(), '#') + " " +
             number_of(*series, c) + "\n";
  }
  for (const Series* series : panel.all(Mark::baseline))
    out += rows.name(series->name) + bar(*series, 0, scale, rows.room(), '-') + " " + number_of(*series, 0) +
           "\n";
  return out;
}

std::string text_of_strips(const Drawing& drawing, const Panel& panel, int width) {
  int numbers = 0;
  for (const Series* series : panel.all(Mark::strip))
    for (std::size_t c = 0; c < panel.categories.size(); ++c)
      numbers = std::max(numbers, visible_width(strip_number(*series, c)));
  const TextRows rows(panel, Mark::strip, numbers, width);
  const Scale scale = strip_scale(drawing, panel.axes, std::clamp(rows.room() / 10, 2, 6));
  std::string out = label_of(drawing, panel, width);
  for (std::size_t c = 0; c < panel.categories.size(); ++c) {
    out += rows.heading(panel.categories[c]);
    for (const Series* series : panel.all(Mark::strip))
      out += rows.start(panel.categories[c], series->name) + dots(series->values_of(c), scale, rows.room()) +
             " " + strip_number(*series, c) + "\n";
  }
  for (const Series* series : panel.all(Mark::baseline))
    out += rows.name(series->name) + dots({series->y[0]}, scale, rows.room()) + " " + number_of(*series, 0) +
           "\n";
  return out + text_of_axis(scale, rows.left(), rows.room(), width) +
         wrapped("o one, O several, | median", width) + "\n";
}

}  // namespace lesson
