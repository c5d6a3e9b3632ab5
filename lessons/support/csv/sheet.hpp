// A file of numbers, read into fields: their kinds, and the names of the columns.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/csv.hpp"
#include "support/csv/names.hpp"
#include "support/csv/split.hpp"

namespace lesson::csv {

/// A field as a message shows it.
std::string shown_field(std::string_view field);

/// The parts of a text between commas, without empty ones.
std::vector<std::string> list_of(std::string_view text);

class Sheet {
 public:
  /// Error, with the place, when the file is no text, is empty, has rows of different lengths, quotes that do
  /// not fit or a name twice, and when its first row may be names or numbers.
  Sheet(const std::string& path, const CsvOptions& options);
  Sheet(const Sheet&) = delete;  // fields are views into the text

  const std::string& path() const { return path_; }  // as messages show it
  const Split& split() const { return split_; }
  const Cells& cells() const { return cells_; }
  const std::vector<std::string>& names() const { return names_; }
  /// The first row of numbers.
  std::size_t first() const { return first_; }
  /// What was made of the first row, and why.
  const std::string& header() const { return header_; }
  /// Of the file, on which a row begins.
  int line(std::size_t row) const { return split_.rows[row].line; }
  /// A field without its quotes.
  std::string plain(std::size_t row, std::size_t column) const;
  /// A field without its quotes, on one line, with no white space around it.
  std::string clean(std::size_t row, std::size_t column) const;
  /// " (price)" behind the number of a column; nothing where the file has no names.
  std::string named(std::size_t column) const;
  [[noreturn]] void fail_at(std::size_t row, std::size_t column, const std::string& what) const;

 private:
  void read_cells();
  void read_names();
  void take_names_of_comment();

  const std::string path_;
  const std::string text_;
  const CsvOptions options_;
  Split split_;
  Cells cells_;
  std::size_t first_ = 0;
  std::vector<std::string> names_;
  bool has_names_ = false;
  std::string header_;
};

}  // namespace lesson::csv
