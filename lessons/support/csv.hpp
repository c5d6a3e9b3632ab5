// A learner's own table, from a file.
#pragma once
#include <string>
#include <vector>

#include "support/knob.hpp"

namespace lesson {

/// A table of numbers. Rows and columns count from 0.
///   const lesson::Csv data = lesson::read_csv(path);
struct Csv {
  std::vector<std::string> names = {};  // of the columns, each another; "column 1" .. where the file has none
  int rows = 0, columns = 0;
  std::vector<double> values = {};  // row-major
  std::vector<int> lines = {};      // of the file, on which each row begins
  std::vector<int> numbers = {};    // of each column in the file, from 1
  /// How the file was read, in three lines: rows and separator; whether its first row holds names; which
  /// columns are used, and which are left out and why. A fourth where the rows may be no series in order.
  std::string understood = {};
  std::vector<std::string> file_names = {}, left_out = {};  // of all columns; why, or empty where it is used
  std::vector<std::string> classes = {};  // of each row, where CsvOptions::classes names their column
  std::string class_column = {};          // its name

  double at(int row, int column) const;
  /// All values of a column, from the first row to the last.
  std::vector<double> values_of(int column) const;
  /// The column of that name or, where no name equals the text, of that number in the file: "1" is the first.
  /// Error naming the nearest, or why the column was left out.
  int column(const std::string& name_or_number) const;
  /// Where a value stands in the file, for a message: "line 7, column 2 (price)".
  std::string place(int row, int column) const;
  /// A number for each row, the same for rows whose values are all equal: groups for lesson::split_at_random.
  std::vector<int> equal_rows() const;
  /// 16 hexadecimal digits that differ where names, numbers or classes differ.
  std::string fingerprint() const;
};

/// What the reader of a table is told; the defaults find out.
struct CsvOptions {
  std::string header = "auto";            // yes: the first row holds names; no: it does not
  std::string separator = "auto";         // comma, semicolon, tab, pipe or space
  std::string columns = "";               // names or numbers, with commas between: these and no other
  std::string skip = "";                  // not these
  std::string missing = "";               // what stands for a missing number; `empty` is an empty field
  std::string target = "";                // a column to read beside those
  bool series = false;                    // each row follows the one before, so their order is looked at
  std::string classes = "";               // a column of texts or numbers, read into Csv::classes instead
  std::vector<std::string> exactly = {};  // names: these columns, whatever they look like, and no other
};

/// The same as flags. A lesson declares it once: `lesson::CsvKnobs table_flags;`
struct CsvKnobs {
  DataKnob<std::string> header{"header", "auto", "whether line 1 holds names: yes or no"};
  DataKnob<std::string> separator{"separator", "auto", "comma, semicolon, tab, pipe or space"};
  DataKnob<std::string> columns{"columns", "", "the columns to use, by name or number: a,b,3"};
  DataKnob<std::string> skip{"skip", "", "columns to leave out: a,b"};
  DataKnob<std::string> missing{"missing", "", "what stands for a missing number: -999,NA,empty"};

  CsvOptions options() const;
};

/// Reads the columns of numbers. Fields may stand in double quotes; lines of # and blank lines are left out.
/// A column of text, dates, times or codes, an empty one, and one that only counts are left out unless
/// `columns` or `exactly` names it. Error, with the place and what to do, when a column that is used has
/// holes or fields that are no plain numbers, when a row has no class, when rows differ in length or sum up
/// others, when another table follows, when a number looks like a mark for a missing one (-999), and when the
/// file can be read in two ways: the message then names the flag that decides.
Csv read_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace lesson
