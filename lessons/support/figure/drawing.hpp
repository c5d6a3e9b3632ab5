// What a figure holds, for those who draw it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "support/figure.hpp"

namespace lesson {

enum class Mark { line, points, band, baseline, bars, strip };

struct Series {
  Mark mark;
  std::string name;
  std::vector<double> x, y;  // a baseline has only y; the x of bars and strips is the index of a category
  std::vector<double> lower = {}, upper = {};  // of a band, whose y is its lower edge, or of error ranges

  /// The i-th point has a range that can be drawn.
  bool has_range(std::size_t i) const;
  /// Of a strip: the finite values of one category, in rising order, and how many values it has in all.
  std::vector<double> values_of(std::size_t category) const;
  std::size_t count_of(std::size_t category) const;
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
  std::vector<std::string> categories;  // of bars and strips
  std::optional<HeatMap> heat_map;
  bool empty() const { return series.empty() && !heat_map; }
  bool has(Mark mark) const;
  bool has_categories() const { return has(Mark::bars) || has(Mark::strip); }
  std::vector<const Series*> all(Mark mark) const;
};

struct Drawing {
  std::string name, finding;
  std::vector<Axes> axes;
  std::vector<Panel> panels;
};

/// Where a name comes among those of its kind (baselines are one kind, all else the other): it decides the
/// colour, the dashes and the symbol.
int style_of(const Drawing& drawing, const Series& series);

/// Error about this figure.
[[noreturn]] void fail(const Drawing& drawing, const std::string& wrong);

/// What every panel must have before it can be drawn.
void check(const Drawing& drawing);

}  // namespace lesson
