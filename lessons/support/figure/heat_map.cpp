#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "support/figure/panels.hpp"

namespace lesson {
namespace {

constexpr double widest_cell = 64, printed_height = 28, colours_width = 96;
constexpr const char* no_value = "#d9d9d9";
constexpr double shades = 100;  // more would look the same

// Which of the shades.
int shade_of(double place) {
  return static_cast<int>(std::floor(std::clamp(place, 0.0, 1.0) * shades + 0.5 + 1e-9));
}

// One hue from nearly white to dark, in steps of even lightness to the eye.
std::string colour_of(int shade) {
  constexpr std::array<std::array<double, 3>, 5> stops = {
      {{236, 243, 250}, {189, 215, 231}, {107, 174, 214}, {33, 113, 181}, {8, 48, 107}}};
  const double at = shade / shades * (stops.size() - 1);
  const std::size_t left = std::min(static_cast<std::size_t>(at), stops.size() - 2);
  unsigned colour = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    const double mixed =
        stops[left][c] + (stops[left + 1][c] - stops[left][c]) * (at - static_cast<double>(left));
    colour = colour * 256 + static_cast<unsigned>(std::lround(mixed));
  }
  return fmt::format("#{:06x}", colour);
}

constexpr Font cell_font{12, false, "#000000"}, white_font{12, false, "#ffffff"};
constexpr double white_from = 0.71;  // from here on white letters have the better contrast

// Whether the numbers have room in their cells.
bool printed(const HeatMap& map, const Scale& scale, double width) {
  double widest = 0;
  for (double value : map.values)
    widest = std::max(widest, pixel_width(cell_number(value, scale), cell_font));
  return widest <= width / map.columns && map.rows <= 20;
}

double width_of_row_names(const HeatMap& map) {
  double width = 0;
  for (int row = 0; row < map.rows; ++row) width = std::max(width, pixel_width(map.row_name(row), tick_font));
  return width;
}

double width_of_column_names(const HeatMap& map) {
  double width = 0;
  for (int column = 0; column < map.columns; ++column)
    width = std::max(width, pixel_width(map.column_name(column), tick_font));
  return width;
}

// Names of columns that are too wide for their columns stand upright; numbers need not all be there.
bool upright(const HeatMap& map, double width) {
  return !map.labels.column_names.empty() && !map.has_marks() &&
         width_of_column_names(map) + 4 > width / map.columns;
}

// Every how many-th name is written, where one takes `needed` and there is `room` for all.
int stride(int count, double needed, double room) {
  const int least = static_cast<int>(std::ceil(needed * count / room - 1e-9));
  for (int step : {1, 2, 5, 10, 20, 50, 100, 200, 500})
    if (step >= least) return step;
  return least;
}

void draw_column_names(Page& page, const HeatMap& map, const Box& box) {
  const bool stand = upright(map, box.width());
  const int every_column = stride(map.columns, stand ? 14 : width_of_column_names(map) + 8, box.width());
  for (int column = 0; column < map.columns; column += every_column)
    page.text(box.left + box.width() / map.columns * (column + 0.5), box.bottom + (stand ? 5 : 11),
              map.column_name(column), tick_font, stand ? Align::right : Align::center, stand);
}

// A line through each named column, its name below, in a second row where the first has no room.
void draw_marks(Page& page, const HeatMap& map, const Box& box) {
  std::array<double, 2> taken = {-1e9, -1e9};  // up to where each row is written
  for (int column = 0; column < map.columns; ++column) {
    const std::string name = map.column_name(column);
    if (name.empty()) continue;
    const double x = box.left + box.width() / map.columns * (column + 0.5),
                 half = pixel_width(name, tick_font) / 2;
    const std::size_t row = x - half < taken[0] + 2 ? 1 : 0;
    taken[row] = x + half;
    page.segment(x, box.top, x, box.bottom, {"#d55e00", 1});
    page.text(x, box.bottom + 11 + 14 * static_cast<double>(row), name, tick_font, Align::center);
  }
}

// What the colours mean: a strip from the lowest to the highest, its end at `right`.
void draw_colours(Page& page, const Scale& scale, double right, double y) {
  const std::string low = short_number(scale.low), high = short_number(scale.high);
  const double end = right - pixel_width(high, tick_font) - 5, start = end - colours_width;
  constexpr int steps = 24;
  for (int i = 0; i < steps; ++i)
    page.stripes({{start + colours_width * i / steps, start + colours_width * (i + 1) / steps, y}}, 12,
                 colour_of(shade_of((i + 0.5) / steps)));
  page.text(start - 5, y, low, tick_font, Align::right);
  page.text(end + 5, y, high, tick_font);
}

// One path for each colour: of cells, or of several in a row of one colour. Where numbers are printed, cells
// are a pixel apart.
void draw_cells(Page& page, const HeatMap& map, const Scale& scale, const Box& box, bool apart) {
  const double width = box.width() / map.columns, height = box.height() / map.rows, line = apart ? 0.5 : 0;
  std::map<std::string, std::vector<Page::Stripe>> stripes;
  for (int row = 0; row < map.rows; ++row) {
    std::string before;
    for (int column = 0; column < map.columns; ++column) {
      const double value = map.at(row, column);
      const std::string colour = std::isnan(value) ? no_value : colour_of(shade_of(scale.place(value)));
      const double left = box.left + width * column, right = left + width, y = box.top + height * (row + 0.5);
      if (!apart && colour == before)
        stripes[colour].back().right = right;
      else
        stripes[colour].push_back({left + line, right - line, y});
      before = colour;
    }
  }
  for (const auto& [colour, there] : stripes) page.stripes(there, height - 2 * line, colour);
}

}  // namespace

Frame frame_of_heat_map(const Drawing& drawing, const Panel& panel, double width) {
  const HeatMap& map = *panel.heat_map;
  Frame frame;
  frame.left = width_of_row_names(map) + 8;
  const double widest = width - frame.left, drawn = std::min(widest, widest_cell * map.columns);
  frame.right = widest - drawn;
  frame.below = upright(map, drawn) ? width_of_column_names(map) + 8 : map.has_marks() ? 34 : 20;
  const bool tall = printed(map, cell_scale(drawing, panel.axes), drawn);
  frame.height = map.rows * (tall ? printed_height : std::floor(std::clamp(320.0 / map.rows, 4.0, 24.0)));
  return frame;
}

void draw_heat_map(Page& page, const Drawing& drawing, const Panel& panel, const Box& box, bool explained) {
  const HeatMap& map = *panel.heat_map;
  const Scale scale = cell_scale(drawing, panel.axes);
  const double cell_width = box.width() / map.columns, cell_height = box.height() / map.rows;
  const bool with_numbers = printed(map, scale, box.width());
  draw_cells(page, map, scale, box, with_numbers);
  if (with_numbers) {
    for (int row = 0; row < map.rows; ++row)
      for (int column = 0; column < map.columns; ++column)
        page.text(box.left + cell_width * (column + 0.5), box.top + cell_height * (row + 0.5),
                  cell_number(map.at(row, column), scale),
                  scale.place(map.at(row, column)) > white_from ? white_font : cell_font, Align::center);
  }

  // Of names of which some are empty, the others are all meant to be read.
  const std::vector<std::string>& names = map.labels.row_names;
  const bool chosen = std::find(names.begin(), names.end(), "") != names.end();
  const int every_row = chosen ? 1 : stride(map.rows, 14, box.height());
  for (int row = 0; row < map.rows; row += every_row)
    page.text(box.left - 8, box.top + cell_height * (row + 0.5), map.row_name(row), tick_font, Align::right);
  if (map.has_marks())
    draw_marks(page, map, box);
  else
    draw_column_names(page, map, box);

  if (!explained) return;
  double strip = 0;
  if (!with_numbers) {
    draw_colours(page, scale, box.right, box.top - 18);
    strip = colours_width + pixel_width(short_number(scale.low) + short_number(scale.high), tick_font) + 22;
  }
  page.text(box.right - strip, box.top - 18, map.labels.value, tick_font, Align::right);
}

}  // namespace lesson
