// What a figure holds, for those who draw it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "support/figure.hpp"

namespace lesson {

enum class Mark { line, points, band, baseline, bars };

struct Series {
  Mark mark;
  std::string name;
  std::vector<double> x, y;   // a baseline has only y; the x of bars counts the categories
  std::vector<double> upper;  // of a band; y is its lower edge
};

struct HeatMap {
  std::vector<double> values;
  int rows = 0, columns = 0;
  HeatMapLabels labels;
  double at(int row, int column) const { return values[static_cast<std::size_t>(row * columns + column)]; }
  std::string row_name(int row) const;
  std::string column_name(int column) const;
  bool has_marks() const;  // some names of columns are empty
};

struct Panel {
  std::string title;
  std::size_t axes = 0;  // panels with the same number have the same ranges
  std::vector<Series> series;
  std::vector<std::string> categories;
  std::optional<HeatMap> heat_map;
  bool empty() const { return series.empty() && !heat_map; }
  bool has(Mark mark) const;
};

struct Drawing {
  std::string name, finding;
  std::vector<Axes> axes;
  std::vector<Panel> panels;
};

/// Where a name comes among those of its kind (baselines are one kind, all else the other): it decides the
/// colour, the dashes and the symbol.
int style_of(const Drawing& drawing, const Series& series);

/// What every panel must have before it can be drawn.
void check(const Drawing& drawing);

}  // namespace lesson
