#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/figure/scale.hpp"
#include "support/figure/text.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

constexpr std::string_view shades = " .:-=+*#%@";

// "rows: label; columns: frame; cells: probability", as far as it is known.
std::string explanation(const Axes& axes, const HeatMap& map) {
  std::string text;
  const auto add = [&](const char* what, const std::string& label) {
    if (!label.empty()) text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", what, label);
  };
  add("rows", axes.y);
  add("columns", axes.x);
  add("cells", map.labels.value);
  return text;
}

int width_of_row_names(const HeatMap& map) {
  int width = 0;
  for (int row = 0; row < map.rows; ++row) width = std::max(width, visible_width(map.row_name(row)));
  return width;
}

int width_of_columns(const HeatMap& map, const Scale& scale) {
  int width = 0;
  for (int column = 0; column < map.columns; ++column) {
    width = std::max(width, visible_width(map.column_name(column)));
    for (int row = 0; row < map.rows; ++row)
      width = std::max(width, visible_width(cell_number(map.at(row, column), scale)));
  }
  return width + 1;
}

std::string with_numbers(const HeatMap& map, const Scale& scale) {
  const int names = width_of_row_names(map), width = width_of_columns(map, scale);
  std::string out = left_aligned("", names);
  for (int column = 0; column < map.columns; ++column) out += right_aligned(map.column_name(column), width);
  for (int row = 0; row < map.rows; ++row) {
    out += "\n" + left_aligned(map.row_name(row), names);
    for (int column = 0; column < map.columns; ++column)
      out += right_aligned(cell_number(map.at(row, column), scale), width);
  }
  return out + "\n";
}

// The shade of the largest of some cells in a row.
char shade_of(const HeatMap& map, const Scale& scale, int row, int first, int end) {
  double largest = -std::numeric_limits<double>::infinity();
  bool any = false;
  for (int column = first; column < end; ++column) {
    if (std::isnan(map.at(row, column))) continue;
    largest = std::max(largest, map.at(row, column));
    any = true;
  }
  const double at = std::clamp(scale.place(largest), 0.0, 1.0) * static_cast<double>(shades.size());
  return any ? shades[std::min(static_cast<std::size_t>(at), shades.size() - 1)] : '?';
}

// The names of the first and the last column.
std::string end_line(const HeatMap& map, int width) {
  const std::string first = map.column_name(0), last = map.column_name(map.columns - 1);
  return first + right_aligned(last, width - visible_width(first));
}

// Each mark under its column, or where there is room after that.
std::string mark_line(const HeatMap& map, int together, int repeated) {
  std::string line;
  for (int column = 0; column < map.columns; ++column)
    if (const std::string name = map.column_name(column); !name.empty())
      line = left_aligned(line, column / together * repeated) + name;
  return line;
}

std::string with_shades(const HeatMap& map, const Scale& scale, int width) {
  const int names = width_of_row_names(map), room = std::max(width - names - 3, 1);
  const int together = (map.columns + room - 1) / room;  // columns in one letter
  const int letters = (map.columns + together - 1) / together;
  const int repeated = std::clamp(room / letters, 1, 3);
  std::string out;
  for (int row = 0; row < map.rows; ++row) {
    out += left_aligned(map.row_name(row), names) + " |";
    for (int first = 0; first < map.columns; first += together)
      out += std::string(static_cast<std::size_t>(repeated),
                         shade_of(map, scale, row, first, std::min(first + together, map.columns)));
    out += "|\n";
  }
  out += left_aligned("", names + 2) +
         (map.has_marks() ? mark_line(map, together, repeated) : end_line(map, letters * repeated)) + "\n";
  std::string legend =
      fmt::format("\"{}\" from {} to {}", shades, short_number(scale.low), short_number(scale.high));
  if (together > 1) legend += fmt::format(", the largest of {} columns", together);
  if (out.find('?') != std::string::npos) legend += "; ? has no value";
  return out + wrapped(legend, width) + "\n";
}

}  // namespace

std::string text_of_heat_map(const Drawing& drawing, const Panel& panel, int width) {
  const HeatMap& map = *panel.heat_map;
  const Scale scale = cell_scale(drawing, panel.axes);
  const std::string label = explanation(drawing.axes[panel.axes], map);
  const bool small = width_of_row_names(map) + width_of_columns(map, scale) * map.columns <= width;
  return (label.empty() ? "" : wrapped(label, width) + "\n") +
         (small ? with_numbers(map, scale) : with_shades(map, scale, width));
}

}  // namespace lesson
