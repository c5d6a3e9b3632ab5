// A learner's own table, from a file.
#pragma once
#include <string>
#include <vector>

namespace lesson {

/// A table of numbers. Rows and columns count from 0.
///   const lesson::Csv data = lesson::read_csv(path);
///   tg::Tensor x({data.rows, data.columns}, {data.values.begin(), data.values.end()});
struct Csv {
  std::vector<std::string> names;  // of the columns, each another; "column 1" .. where the file has none
  int rows = 0, columns = 0;
  std::vector<double> values;  // row-major
  std::vector<int> lines;      // of the file, on which each row begins

  double at(int row, int column) const;
  /// All values of a column, from the first row to the last.
  std::vector<double> values_of(int column) const;
  /// The column of that name or, where no name equals the text, of that number: "1" is the first. Error
  /// naming the nearest.
  int column(const std::string& name_or_number) const;
};

/// Reads numbers separated by commas, or by semicolons or tabs where the first line has those and no comma.
/// A first row without any number holds the names. Fields may stand in double quotes.
/// Error with line and column when the table has a hole (an empty field, nan, inf), a text, or rows of
/// different lengths; and when the file is no text in UTF-8.
Csv read_csv(const std::string& path);

}  // namespace lesson
