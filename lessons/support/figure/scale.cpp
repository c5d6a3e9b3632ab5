#include "support/figure/scale.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/statistics.hpp"

namespace lesson {
namespace {

// The smallest of 1, 2 and 5 times a power of ten that is not below.
double round_step(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

// The largest of 1, 2 and 5 times a power of ten that is not above.
double round_below(double value) {
  const double power = std::pow(10, std::floor(std::log10(value) + 1e-9));
  for (double factor : {5.0, 2.0})
    if (factor * power <= value * (1 + 1e-9)) return factor * power;
  return power;
}

// Where a label stands for two ticks, all labels get the decimals that tell them apart.
void tell_apart(std::vector<Tick>& ticks, int decimals) {
  const auto same = [](const Tick& a, const Tick& b) { return a.label == b.label; };
  if (std::adjacent_find(ticks.begin(), ticks.end(), same) == ticks.end() || decimals > 15) return;
  for (Tick& tick : ticks) tick.label = fmt::format("{:.{}f}", tick.value, decimals);
}

std::vector<Tick> even_ticks(const Scale& scale) {
  const double step = scale.step, largest = std::max(std::abs(scale.low), std::abs(scale.high));
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  const double first = std::ceil(scale.low / step - 1e-6);
  std::vector<Tick> ticks;
  for (int i = 0; i < 100 && (first + i) * step <= scale.high + step * 1e-6; ++i) {
    const double k = first + i, value = k == 0 ? 0 : k * step;
    const bool plain = decimals <= 4 && largest < 1e6;
    ticks.push_back({value, k == 0  ? "0"
                            : plain ? fmt::format("{:.{}f}", value, decimals)
                                    : short_number(value)});
  }
  tell_apart(ticks, decimals);
  return ticks;
}

std::vector<Tick> log_ticks(const Scale& scale) {
  const int first = static_cast<int>(std::floor(std::log10(scale.low) + 1e-9));
  const int last = static_cast<int>(std::ceil(std::log10(scale.high) - 1e-9));
  std::vector<Tick> ticks;
  for (int power = first; power <= last; ++power) {
    for (double factor : {1.0, 2.0, 5.0}) {
      if (scale.step > 0 && (factor > 1 || power % static_cast<int>(scale.step) != 0)) continue;
      const double value = factor * std::pow(10, power);
      if (value >= scale.low * (1 - 1e-9) && value <= scale.high * (1 + 1e-9))
        ticks.push_back({value, short_number(value)});
    }
  }
  return ticks;
}

constexpr double largest_end = 1e300, smallest_end = 1e-300;  // so that differences and ratios are finite

struct Extent {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  bool whole = true;
  void add(const std::vector<double>& numbers) {
    for (double n : numbers) {
      if (!std::isfinite(n)) continue;
      n = std::clamp(n, -largest_end, largest_end);
      low = std::min(low, n);
      high = std::max(high, n);
      whole = whole && n == std::floor(n);
    }
  }
};

void add_all(Extent& extent, const Series& series) {
  for (const std::vector<double>& numbers : {series.y, series.lower, series.upper}) extent.add(numbers);
}

// A loose axis ends at round numbers; any other where the data end, or at a tick that is very near.
Scale scale_of(Extent extent, const Range& asked, bool log, bool loose, int ticks) {
  if (extent.low > extent.high) extent = {0, 1, false};
  Scale scale = {extent.low, extent.high, log};
  if (!std::isnan(asked.low)) scale.low = asked.low;
  if (!std::isnan(asked.high)) scale.high = asked.high;
  if (log) {
    scale.low = std::max(scale.low, smallest_end);
    scale.high = std::max(scale.high, smallest_end);
  }
  // One value, as far as digits can tell, or a range asked for that lies beside the data.
  const double largest = std::max(std::abs(scale.low), std::abs(scale.high));
  if (scale.high - scale.low <= largest * 1e-12 || largest < smallest_end) {
    const double fixed = std::isnan(asked.low) ? scale.high : scale.low;
    const double room = std::abs(fixed) < smallest_end ? 1 : std::abs(fixed) / 2;
    if (std::isnan(asked.low)) scale.low = log ? fixed / 2 : fixed - room;
    if (std::isnan(asked.high)) scale.high = log ? fixed * 2 : fixed + room;
  }
  const double length = scale.high - scale.low, decades = std::log10(scale.high / scale.low);
  scale.step = log ? (decades < 2 || 3 * decades <= ticks + 1 ? 0 : std::ceil(decades / ticks - 1e-9))
                   : round_step(length / ticks);
  if (!log && extent.whole) scale.step = std::max(scale.step, 1.0);
  const double low = log ? round_below(scale.low) : std::floor(scale.low / scale.step + 1e-9) * scale.step;
  const double high =
      log ? 1 / round_below(1 / scale.high) : std::ceil(scale.high / scale.step - 1e-9) * scale.step;
  const double near = log ? 0 : 0.02 * length;
  if (std::isnan(asked.low) && (loose || scale.low - low < near)) scale.low = low;
  if (std::isnan(asked.high) && (loose || high - scale.high < near)) scale.high = high;
  return scale;
}

}  // namespace

std::string short_number(double value) {
  const double size = std::abs(value);
  if (!std::isfinite(value)) return fmt::format("{}", value);
  if (size == 0 || (size >= 1e-3 && size < 1000)) return fmt::format("{:.3g}", value);
  if (size >= 1000 && size < 1e6) return fmt::format("{:.0f}", value);
  const int exponent = static_cast<int>(std::floor(std::log10(size * 1.0005)));  // what rounds up to 10 is 1
  return fmt::format("{:.3g}e{}", value / std::pow(10, exponent), exponent);
}

std::string strip_number(const Series& series, std::size_t category) {
  const std::vector<double> values = series.values_of(category);
  const std::size_t all = series.count_of(category);
  const std::string median = values.empty() ? "-" : short_number(spread(values).median);
  return values.size() == all ? median : fmt::format("{} ({} of {})", median, values.size(), all);
}

std::string cell_number(double value, const Scale& scale) {
  if (std::isnan(value)) return "";
  if (scale.step < 0.01 || !std::isfinite(value)) return short_number(value);
  return fmt::format("{:.{}f}", value, scale.step < 0.1 ? 2 : scale.step < 1 ? 1 : 0);
}

double Scale::place(double value) const {
  return log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
}

std::vector<Tick> Scale::ticks() const { return log ? log_ticks(*this) : even_ticks(*this); }

Scale x_scale(const Drawing& drawing, std::size_t axes, int ticks) {
  Extent extent;
  bool scattered = false;
  for (const Panel& panel : drawing.panels) {
    if (panel.axes != axes || panel.has_categories()) continue;
    for (const Series& series : panel.series) extent.add(series.x);
    scattered = scattered || panel.has(Mark::points);
  }
  return scale_of(extent, drawing.axes[axes].x_range, drawing.axes[axes].log_x, scattered, ticks);
}

Scale y_scale(const Drawing& drawing, std::size_t axes, int ticks) {
  Extent extent;
  for (const Panel& panel : drawing.panels) {
    if (panel.axes != axes || panel.has_categories()) continue;
    for (const Series& series : panel.series) add_all(extent, series);
  }
  return scale_of(extent, drawing.axes[axes].y_range, drawing.axes[axes].log_y, true, ticks);
}

Scale bar_scale(const Drawing& drawing, std::size_t axes) {
  Extent extent;
  extent.add({0});
  for (const Panel& panel : drawing.panels)
    if (panel.axes == axes && panel.has(Mark::bars))
      for (const Series& series : panel.series) add_all(extent, series);
  return scale_of(extent, drawing.axes[axes].y_range, false, false, 5);
}

Scale strip_scale(const Drawing& drawing, std::size_t axes, int ticks) {
  Extent extent;
  for (const Panel& panel : drawing.panels)
    if (panel.axes == axes && panel.has(Mark::strip))
      for (const Series& series : panel.series) extent.add(series.y);
  return scale_of(extent, drawing.axes[axes].y_range, drawing.axes[axes].log_y, true, ticks);
}

Scale cell_scale(const Drawing& drawing, std::size_t axes) {
  Extent extent;
  for (const Panel& panel : drawing.panels)
    if (panel.axes == axes && panel.heat_map) extent.add(panel.heat_map->values);
  if (extent.low > 0) extent.low = 0;
  Scale scale = scale_of(extent, drawing.axes[axes].y_range, false, false, 5);
  const double largest = std::max(std::abs(scale.low), std::abs(scale.high));
  scale.step = extent.whole || largest >= 100 ? 1 : largest >= 10 ? 0.1 : largest >= 0.1 ? 0.01 : 0;
  return scale;
}

}  // namespace lesson
