// Pictures: what a lesson puts into one, and show().
#pragma once
#include <concepts>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "support/statistics.hpp"

namespace lesson {

/// Items in whatever holds them: a std::vector, values() of a tensor, {1, 2, 3}.
template <class Item>
class List {
 public:
  List(std::initializer_list<Item> items) : items_(items) {}
  template <class Range>
  requires requires(const Range& range) {
    { *range.begin() } -> std::convertible_to<Item>;
    range.end();
  }
  List(const Range& range) : items_(range.begin(), range.end()) {}

  operator const std::vector<Item>&() const { return items_; }

 private:
  std::vector<Item> items_;
};
using Numbers = List<double>;
using Spreads = List<Spread>;
using Lists = List<std::vector<double>>;

/// The ends of an axis. The data settle what is left out.
struct Range {
  static constexpr double from_data = std::numeric_limits<double>::quiet_NaN();
  double low = from_data, high = from_data;
};

struct Axes {
  std::string x = "", y = "";  // labels, with their units
  bool log_x = false, log_y = false;
  Range x_range = {}, y_range = {};
};

struct HeatMapLabels {
  // Without: 0, 1, 2, ... Where some are empty, the others are all written, and those of columns mark their
  // columns with a line through the map.
  std::vector<std::string> row_names = {}, column_names = {};
  std::string value = "";  // what the numbers are
};

struct Drawing;

/// One picture, of one panel or of several side by side. A name has one colour in all of them. NaN and
/// infinity leave a gap. Error where lengths differ, where nothing is finite, and, from show(), where a log
/// axis meets a number that is not above 0.
///   lesson::Figure figure("loss_curves", "Centred data reaches 1e-4 ten times sooner than raw data.");
///   figure.axes({.x = "step", .y = "squared error", .log_y = true});
///   figure.line("raw", losses);
///   lesson::show(figure);
class Figure {
 public:
  /// The stem of its files, and the sentence that says what to see in it.
  Figure(const std::string& name, const std::string& finding);
  Figure(Figure&& other) noexcept;
  ~Figure();

  /// Begins the next panel. What is drawn before the first call is in a panel without a title.
  void panel(const std::string& title);
  /// For this panel and those after it: panels under one call have the same ranges.
  void axes(const Axes& axes);

  /// Without x: 0, 1, 2, ...
  void line(const std::string& name, const Numbers& y);
  void line(const std::string& name, const Numbers& x, const Numbers& y);
  void points(const std::string& name, const Numbers& x, const Numbers& y);
  /// Points at the medians, each with a line from the lowest to the highest. NaN ends leave the line out.
  void points(const std::string& name, const Numbers& x, const Spreads& y);
  /// Shades what lies between two lines, as the range over seeds. Named as a line, it has that line's colour.
  void band(const std::string& name, const Numbers& x, const Numbers& low, const Numbers& high);
  /// A dashed line at one height, or, beside bars and strips, at one length.
  void baseline(const std::string& name, double y);

  /// A bar for each category; several calls stand side by side. The label of their length is that of y.
  void bars(const std::string& name, const std::vector<std::string>& categories, const Numbers& values);
  /// Bars up to the medians, each with a line from the lowest to the highest.
  void bars(const std::string& name, const std::vector<std::string>& categories, const Spreads& values);
  /// For each category its values, one for each seed, as dots in a row, and a tick at their median. The axis
  /// is that of y, along the row. A value that is not finite has no dot, and the row says how many have one.
  void strip(const std::string& name, const std::vector<std::string>& categories, const Lists& values);
  /// Row by row, the first one on top. NaN is a cell without a value.
  void heat_map(const Numbers& values, int rows, int columns, const HeatMapLabels& labels = {});

  const Drawing& drawing() const { return *drawing_; }

 private:
  std::unique_ptr<Drawing> drawing_;
};

/// Prints the figure as text, with its finding. --figures DIR also draws DIR/name.svg and, as --csv DIR does,
/// writes its numbers to DIR/name.csv. Error if those cannot be written.
void show(const Figure& figure);

}  // namespace lesson
