#include "support/figure/text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "support/text.hpp"

namespace lesson {
namespace {

bool of_lines(const Panel& panel) { return !panel.heat_map && !panel.has_categories(); }

// "* raw   # centred", broken between names. What has one name, as a line and its band, is one entry.
std::string key_of(const Drawing& drawing, int width) {
  std::vector<std::pair<std::string, std::string>> entries;  // letters, name
  for (const Panel& panel : drawing.panels) {
    if (!of_lines(panel)) continue;
    for (const Series& series : panel.series) {
      if (series.name.empty()) continue;
      auto entry =
          std::find_if(entries.begin(), entries.end(), [&](auto& e) { return e.second == series.name; });
      if (entry == entries.end()) entry = entries.insert(entry, {"", series.name});
      const char letter = letter_of(drawing, series);
      if (entry->first.find(letter) == std::string::npos) entry->first += letter;
    }
  }
  std::string out, line;
  for (const auto& [letters, name] : entries) {
    const std::string text = letters + " " + name;
    if (!line.empty() && visible_width(line + text) + 3 > width) {
      out += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : "   ") + text;
  }
  return line.empty() ? out : out + line + "\n\n";
}

std::string text_of_panel(const Drawing& drawing, const Panel& panel, int width) {
  const int height = drawing.panels.size() == 1 ? 16 : 10;
  const std::string text = panel.heat_map           ? text_of_heat_map(drawing, panel, width)
                           : panel.has(Mark::bars)  ? text_of_bars(drawing, panel, width)
                           : panel.has(Mark::strip) ? text_of_strips(drawing, panel, width)
                                                    : text_of_lines(drawing, panel, width, height);
  return panel.title.empty() ? text : wrapped(panel.title, width) + "\n" + text;
}

std::string beside(const std::string& left, const std::string& right, int width) {
  std::vector<std::string> a = lines_of(left), b = lines_of(right);
  const std::size_t lines = std::max(a.size(), b.size());
  a.resize(lines);
  b.resize(lines);
  std::string out;
  for (std::size_t i = 0; i + 1 < lines; ++i) out += left_aligned(a[i], width) + b[i] + "\n";
  return out;
}

}  // namespace

std::string text_of(const Drawing& drawing, int width) {
  const std::vector<Panel>& panels = drawing.panels;
  const bool pairs = panels.size() > 1 && width >= 60 && std::all_of(panels.begin(), panels.end(), of_lines);
  const int half = (width - 2) / 2;
  std::string out;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    std::string text = text_of_panel(drawing, panels[i], pairs ? half : width);
    if (pairs && i + 1 < panels.size())
      text = beside(text, text_of_panel(drawing, panels[++i], half), half + 2);
    out += text + "\n";
  }
  return without_trailing_spaces(key_of(drawing, width) + out);
}

int column_of(double place, int columns) {
  const double column = std::floor(place * (columns - 1) + 0.5 + 1e-9);  // halfway goes up on all machines
  return static_cast<int>(std::clamp(column, -1e9, 1e9));                // far outside too
}

std::string text_of_axis(const Scale& x, int left, int columns, int width) {
  std::string axis(static_cast<std::size_t>(columns), '-'), labels;
  for (const Tick& tick : x.ticks()) {
    const int column = std::clamp(column_of(x.place(tick.value), columns), 0, columns - 1);
    axis[static_cast<std::size_t>(column)] = '+';
    const int size = visible_width(tick.label);
    const int start = std::clamp(left + column - size / 2, 0, std::max(width - size, 0));
    if (labels.empty() || start > visible_width(labels)) labels = left_aligned(labels, start) + tick.label;
  }
  return right_aligned("+", left) + axis + "\n" + labels + "\n";
}

}  // namespace lesson
