#include <algorithm>
#include <cmath>

#include "support/figure/scale.hpp"
#include "support/figure/text.hpp"
#include "support/text.hpp"

namespace lesson {
namespace {

std::string number_of(double value) { return std::isfinite(value) ? short_number(value) : "-"; }

// Bars of one panel: how wide their parts are.
class Bars {
 public:
  Bars(const Drawing& drawing, const Panel& panel, int width) : scale_(bar_scale(drawing, panel.axes)) {
    int numbers = 0;
    for (const Series& series : panel.series) {
      if (series.mark == Mark::bars) ++count_;
      names_ = std::max(names_, visible_width(series.name));
      for (double value : series.y) numbers = std::max(numbers, visible_width(number_of(value)));
    }
    for (const std::string& category : panel.categories)
      if (!grouped()) names_ = std::max(names_, visible_width(category));
    if (grouped()) names_ += 2;
    room_ = std::max(width - names_ - numbers - 2, 8);
  }

  /// Several bars for each category, which then has a line of its own.
  bool grouped() const { return count_ > 1; }

  std::string row(const std::string& name, double value, char letter) const {
    const int zero = column(0), end = std::isfinite(value) ? column(value) : zero;
    return left_aligned(name, names_ + 1) + right_aligned("", std::min(zero, end)) +
           std::string(static_cast<std::size_t>(std::abs(end - zero)), letter) + " " + number_of(value) +
           "\n";
  }

 private:
  int column(double value) const { return static_cast<int>(std::lround(scale_.place(value) * room_)); }

  Scale scale_;
  int count_ = 0, names_ = 0, room_ = 0;
};

}  // namespace

std::string text_of_bars(const Drawing& drawing, const Panel& panel, int width) {
  const Bars bars(drawing, panel, width);
  const std::string& label = drawing.axes[panel.axes].y;
  std::string out = label.empty() ? "" : wrapped(label, width) + "\n";
  for (std::size_t c = 0; c < panel.categories.size(); ++c) {
    if (bars.grouped()) out += panel.categories[c] + "\n";
    for (const Series& series : panel.series)
      if (series.mark == Mark::bars)
        out += bars.row(bars.grouped() ? "  " + series.name : panel.categories[c], series.y[c], '#');
  }
  for (const Series& series : panel.series)
    if (series.mark == Mark::baseline) out += bars.row(series.name, series.y[0], '-');
  return out;
}

}  // namespace lesson
