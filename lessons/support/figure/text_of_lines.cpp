#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/figure/scale.hpp"
#include "support/figure/text.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

struct Cell {
  int column, row;
};

// Characters in rows from top to bottom. A mark of a higher layer hides those of lower ones; letters of one
// layer in one place take turns from column to column, so that lines that meet are all seen.
class Canvas {
 public:
  Canvas(int columns, int rows) : columns_(columns), places_(static_cast<std::size_t>(columns * rows)) {}

  void mark(Cell cell, int layer, char letter) {
    Place& place = places_[static_cast<std::size_t>(cell.row * columns_ + cell.column)];
    if (layer < place.layer) return;
    if (layer > place.layer) place = {layer, ""};
    if (place.letters.find(letter) == std::string::npos) place.letters += letter;
  }

  std::string row(int row) const {
    std::string line;
    for (int column = 0; column < columns_; ++column) {
      const std::string& letters = places_[static_cast<std::size_t>(row * columns_ + column)].letters;
      line += letters.empty() ? ' ' : letters[static_cast<std::size_t>(column) % letters.size()];
    }
    return line;
  }

 private:
  struct Place {
    int layer = -1;
    std::string letters = "";
  };
  int columns_;
  std::vector<Place> places_;
};

// Shares of the width and the height of the plot, from its lower left corner.
struct Share {
  double x, y;
  bool there() const { return std::isfinite(x) && std::isfinite(y); }
};

// Cuts off what lies outside the plot of the way between two points. False where nothing is left.
// Source: Liang and Barsky, "A new concept and method for line clipping" (1984).
bool clip(Share& a, Share& b) {
  double first = 0, last = 1;
  const double dx = b.x - a.x, dy = b.y - a.y;
  for (const auto& [start, step] : {std::pair{a.x, dx}, {1 - a.x, -dx}, {a.y, dy}, {1 - a.y, -dy}}) {
    if (step == 0 && start < 0) return false;
    if (step > 0) first = std::max(first, -start / step);
    if (step < 0) last = std::min(last, start / -step);
  }
  if (first > last) return false;
  const Share from = a;
  a = {from.x + dx * first, from.y + dy * first};
  b = {from.x + dx * last, from.y + dy * last};
  return true;
}

// The plot of one panel: where its numbers lie on the canvas.
class TextPlot {
 public:
  TextPlot(const Scale& x, const Scale& y, int columns, int rows)
      : canvas(columns, rows), x_(x), y_(y), columns_(columns), rows_(rows) {}

  Share share(double x, double y) const {
    return std::isfinite(x) && std::isfinite(y) ? Share{x_.place(x), y_.place(y)} : Share{NAN, NAN};
  }
  int row(double share) const { return column_of(1 - share, rows_); }

  void point(Share at, int layer, char letter) { way(at, at, layer, letter); }

  // Marks every column or every row on the way, whichever are more.
  void way(Share from, Share to, int layer, char letter) {
    if (!from.there() || !to.there() || !clip(from, to)) return;
    const double wide = (to.x - from.x) * (columns_ - 1), high = (to.y - from.y) * (rows_ - 1);
    const int steps = std::max(static_cast<int>(std::ceil(std::max(std::abs(wide), std::abs(high)))), 1);
    for (int k = 0; k <= steps; ++k)
      canvas.mark({column_of(from.x + (to.x - from.x) * k / steps, columns_),
                   row(from.y + (to.y - from.y) * k / steps)},
                  layer, letter);
  }

  // Every second column at one height.
  void dashes(double y, int layer, char letter) {
    for (int k = 0; k < columns_; k += 2)
      point({static_cast<double>(k) / (columns_ - 1), y_.place(y)}, layer, letter);
  }

  // All columns between two pairs of edges.
  void area(Share low, Share high, Share next_low, Share next_high, int layer, char letter) {
    if (!low.there() || !high.there() || !next_low.there() || !next_high.there()) return;
    const int steps =
        static_cast<int>(std::clamp(std::ceil(std::abs(next_low.x - low.x) * columns_), 1.0, 1.0 * columns_));
    for (int k = 0; k <= steps; ++k) {
      const double share = static_cast<double>(k) / steps, at = low.x + (next_low.x - low.x) * share;
      way({at, low.y + (next_low.y - low.y) * share}, {at, high.y + (next_high.y - high.y) * share}, layer,
          letter);
    }
  }

  Canvas canvas;

 private:
  Scale x_, y_;
  int columns_, rows_;
};

void draw(TextPlot& plot, const Series& s, char letter) {
  constexpr int band = 0, baseline = 1, range = 2, line = 3, points = 4;
  if (s.mark == Mark::baseline) plot.dashes(s.y[0], baseline, letter);
  const auto share = [&](std::size_t i) { return plot.share(s.x[i], s.y[i]); };
  const auto low = [&](std::size_t i) { return plot.share(s.x[i], s.lower[i]); };
  const auto high = [&](std::size_t i) { return plot.share(s.x[i], s.upper[i]); };
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    const std::size_t next = std::min(i + 1, s.x.size() - 1);
    if (s.mark == Mark::band) {
      plot.area(low(i), high(i), low(i), high(i), band, letter);
      plot.area(low(i), high(i), low(next), high(next), band, letter);
    } else {
      const int layer = s.mark == Mark::points ? points : line;
      plot.point(share(i), layer, letter);
      if (s.mark == Mark::line) plot.way(share(i), share(next), layer, letter);
      if (s.has_range(i)) plot.way(low(i), high(i), range, '|');
    }
  }
}

int widest(const std::vector<Tick>& ticks) {
  int width = 0;
  for (const Tick& tick : ticks) width = std::max(width, visible_width(tick.label));
  return width;
}

}  // namespace

char letter_of(const Drawing& drawing, const Series& series) {
  const std::string_view letters = series.mark == Mark::baseline ? "-.~:"
                                   : series.mark == Mark::points ? "ox+vszn"
                                   : series.mark == Mark::band   ? ":"
                                                                 : "*#$%@&=";
  return letters[static_cast<std::size_t>(style_of(drawing, series)) % letters.size()];
}

std::string text_of_lines(const Drawing& drawing, const Panel& panel, int width, int height) {
  const int rows = height - 2;
  const Scale y = y_scale(drawing, panel.axes, (height + 6) / 4);
  const std::vector<Tick> y_ticks = y.ticks();
  const int left = widest(y_ticks) + 2, columns = std::max(width - left, 8);
  const int needed = widest(x_scale(drawing, panel.axes, 5).ticks()) + 5;
  const Scale x = x_scale(drawing, panel.axes, std::clamp(columns / needed, 2, 8));
  TextPlot plot(x, y, columns, rows);
  for (const Series& series : panel.series) draw(plot, series, letter_of(drawing, series));

  const Axes& axes = drawing.axes[panel.axes];
  std::string out = axes.y.empty() ? "" : wrapped(axes.y, width) + "\n";
  for (int row = 0; row < rows; ++row) {
    std::string label;
    for (const Tick& tick : y_ticks)
      if (plot.row(y.place(tick.value)) == row) label = tick.label;
    out += right_aligned(label, left - 2) + (label.empty() ? " |" : " +") + plot.canvas.row(row) + "\n";
  }
  out += text_of_axis(x, left, columns, width);
  if (axes.x.empty()) return out;
  const int end = left + (columns + visible_width(axes.x)) / 2;
  return out + (end <= width ? right_aligned(axes.x, end) : wrapped(axes.x, width)) + "\n";
}

}  // namespace lesson
