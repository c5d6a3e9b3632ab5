#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "support/figure/gnuplot.hpp"
#include "support/figure/text.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

constexpr std::string_view pens = "*#$%@&=";  // the letters that gnuplot takes for lines

// The value at column k of so many.
double value_at(const Scale& scale, int k, int columns) {
  const double share = static_cast<double>(k) / (columns - 1);
  return scale.log ? scale.low * std::pow(scale.high / scale.low, share)
                   : scale.low + (scale.high - scale.low) * share;
}

int widest(const std::vector<Tick>& ticks) {
  int width = 0;
  for (const Tick& tick : ticks) width = std::max(width, visible_width(tick.label));
  return width;
}

std::string table_of(const Series& series, const Scale& x, int columns) {
  std::string rows;
  const auto add = [&](double at, double y) {
    rows += std::isfinite(at) && std::isfinite(y) ? fmt::format("{:.8g} {:.8g}\n", at, y) : "NaN NaN\n";
  };
  if (series.mark == Mark::baseline)
    for (int k = 0; k < columns; k += 2) add(value_at(x, k, columns), series.y[0]);
  for (std::size_t i = 0; i < series.x.size(); ++i) add(series.x[i], series.y[i]);
  for (std::size_t i = 0; i < series.upper.size(); ++i) add(series.x[i], series.upper[i]);
  return rows;
}

// gnuplot's page without its empty lines.
std::string compact(const std::string& page) {
  std::string out;
  for (std::string line : lines_of(page)) {
    std::erase(line, '\f');
    if (line.find_first_not_of(' ') != std::string::npos) out += line + "\n";
  }
  return out;
}

}  // namespace

char letter_of(const Drawing& drawing, const Series& series) {
  const std::string_view letters = series.mark == Mark::baseline ? "-.~:"
                                   : series.mark == Mark::points ? "ox+vszn"
                                   : series.mark == Mark::band   ? ":"
                                                                 : pens;
  return letters[static_cast<std::size_t>(style_of(drawing, series)) % letters.size()];
}

std::string text_of_lines(const Drawing& drawing, const Panel& panel, int width, int height) {
  const Scale y = y_scale(drawing, panel.axes, (height + 6) / 4);
  const int left = widest(y.ticks()) + 2, columns = width - left - 2;
  const int needed = widest(x_scale(drawing, panel.axes, 5).ticks()) + 5;
  const Scale x = x_scale(drawing, panel.axes, std::clamp(columns / needed, 2, 8));
  std::string script = fmt::format(
      "set terminal dumb noenhanced mono aspect 1 size {},{}\nset encoding utf8\nunset key\nset border 3\n"
      "set tics nomirror out scale 0.5\nset lmargin {}\nset rmargin 2\nset tmargin 0\nset bmargin 1\n"
      "set xrange [{}:{}]\nset yrange [{}:{}]\nset xtics {}\nset ytics {}\n{}{}",
      width, height, left, x.low, x.high, y.low, y.high, tick_list(x.ticks()), tick_list(y.ticks()),
      x.log ? "set logscale x\n" : "", y.log ? "set logscale y\n" : "");
  std::string plots;
  int tables = 0;
  for (Mark mark : {Mark::band, Mark::baseline, Mark::line, Mark::points}) {  // from the back to the front
    for (const Series& series : panel.series) {
      if (series.mark != mark) continue;
      const char letter = letter_of(drawing, series);
      const std::string with = mark == Mark::line ? fmt::format("lines linetype {}", pens.find(letter) + 1)
                                                  : fmt::format("points pointtype '{}'", letter);
      script += fmt::format("$table{} << end\n{}end\n", tables, table_of(series, x, columns));
      plots += fmt::format("{} $table{} using 1:2 with {}", tables ? "," : "plot", tables, with);
      ++tables;
    }
  }
  const std::optional<std::string> page = gnuplot(script + plots + "\n");
  if (!page) return "";

  const Axes& axes = drawing.axes[panel.axes];
  const std::string x_label = right_aligned(axes.x, left + (columns + visible_width(axes.x)) / 2);
  return (axes.y.empty() ? "" : axes.y + "\n") + compact(*page) + (axes.x.empty() ? "" : x_label + "\n");
}

}  // namespace lesson
