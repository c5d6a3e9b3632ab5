#include "support/figure/key.hpp"

#include <algorithm>

namespace lesson {
namespace {

constexpr double gap = 8, between = 22;

// Of a swatch, and of a piece of a line.
double width_of_sample(const KeyEntry& entry) { return entry.line || entry.baseline ? 28 : 12; }

std::vector<KeyEntry> entries_of(const Drawing& drawing) {
  std::vector<KeyEntry> entries;
  for (const Panel& panel : drawing.panels) {
    for (const Series& series : panel.series) {
      const bool baseline = series.mark == Mark::baseline;
      if (series.name.empty() || (baseline && panel.has_categories())) continue;  // named beside the bars
      auto entry = std::find_if(entries.begin(), entries.end(), [&](const KeyEntry& e) {
        return e.name == series.name && e.baseline == baseline;
      });
      if (entry == entries.end())
        entry = entries.insert(entry, {series.name, style_of(drawing, series), baseline});
      entry->line |= series.mark == Mark::line;
      entry->points |= series.mark == Mark::points || series.mark == Mark::strip;
      entry->area |= series.mark == Mark::band || series.mark == Mark::bars;
    }
  }
  return entries;
}

}  // namespace

std::vector<std::vector<KeyEntry>> key_rows(const Drawing& drawing, double width) {
  const std::vector<KeyEntry> entries = entries_of(drawing);
  if (entries.empty() || (drawing.panels[0].has_categories() && entries.size() == 1)) return {};
  std::vector<std::vector<KeyEntry>> rows(1);
  double x = 0;
  for (KeyEntry entry : entries) {
    const double needed = width_of_sample(entry) + gap + pixel_width(entry.name, {});
    if (x > 0 && x + needed > width) {
      rows.emplace_back();
      x = 0;
    }
    entry.x = x;
    rows.back().push_back(entry);
    x += needed + between;
  }
  return rows;
}

void draw_key(Page& page, const std::vector<KeyEntry>& row, double left, double y) {
  for (const KeyEntry& entry : row) {
    const double x = left + entry.x, sample = width_of_sample(entry), middle = x + sample / 2;
    const Look& its = look(entry.style);
    if (entry.area) page.rectangle({middle - 6, y - 6, middle + 6, y + 6}, its.pen.colour);
    if (entry.line) page.segment(x, y, x + sample, y, its.pen);
    if (entry.points) page.symbols({{middle, y}}, its.symbol, symbol_radius, its.pen.colour);
    if (entry.baseline) page.segment(x, y, x + sample, y, baseline_pen(entry.style));
    page.text(x + sample + gap, y, entry.name);
  }
}

}  // namespace lesson
