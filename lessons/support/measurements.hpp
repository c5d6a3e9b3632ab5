// An experiment: numbers of several runs under rows and columns, and what comes out of them.
#pragma once
#include <concepts>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/statistics.hpp"

namespace lesson {

/// The name of a row or a column: a text, or the number that was varied.
class Label {
 public:
  Label(const char* name) : text(name) {}
  Label(const std::string& name) : text(name) {}
  Label(double number);
  template <std::integral T>
  Label(T number) : text(std::to_string(number)) {}

  std::string text;
};

/// Collects a number for each seed under a row and a column, and gives medians and ranges.
///   lesson::Measurements right("words right", {.percent = true});
///   for (int seed : lesson::seeds(3, 5, 20)) right.add("masked", "padding after", accuracy(seed));
///   right.table();
///   lesson::claim("..", right.median("masked", "padding after") > 0.6);
class Measurements {
 public:
  /// What is measured, with its unit, and how its numbers are written.
  explicit Measurements(std::string what, const NumberStyle& style = {});

  /// Writes one column in a style of its own. Columns stand in the order in which they are first named.
  void column(const Label& column, const NumberStyle& style);

  void add(const Label& row, const Label& column, double value);

  /// In the order in which they were added: those of one seed stand at one place in every cell.
  /// Error when there are none.
  const std::vector<double>& values(const Label& row, const Label& column) const;
  Spread spread(const Label& row, const Label& column) const;
  double median(const Label& row, const Label& column) const { return spread(row, column).median; }

  /// 67% (63 to 77), for a table of your own. Empty when nothing was added there.
  Cell cell(const Label& row, const Label& column) const;

  /// Prints what was measured, over how many runs, and a table of medians and ranges. `rows_are` stands over
  /// the names of the rows.
  void table(const std::string& rows_are = "") const;

  const std::vector<std::string>& rows() const { return rows_; }
  const std::vector<std::string>& columns() const { return columns_; }

 private:
  std::string runs() const;

  std::string what_;
  NumberStyle style_;
  std::vector<std::string> rows_, columns_;
  std::map<std::string, NumberStyle> styles_;  // of columns that have their own
  std::map<std::pair<std::string, std::string>, std::vector<double>> values_;  // by row and column
};

}  // namespace lesson
