// What a column of a table is: a feature, or something to be left out.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "support/csv/names.hpp"

namespace lesson::csv {

/// The fields of one column, from a row on.
struct Column {
  std::size_t numbers = 0, texts = 0, empty = 0, absent = 0, fields = 0;
  std::size_t first_text = 0;     // its row
  std::size_t first_refused = 0;  // the row of the first field that is no number and not absent
  bool refused = false;
  std::vector<double> values;  // of the numbers

  /// Whether all fields are texts and holes.
  bool has_no_numbers() const { return numbers == 0 && texts > 0 && texts + absent + holes == fields; }
  std::size_t holes = 0;  // empty fields and words for missing ones
};

Column look_at(const Cells& cells, std::size_t column, std::size_t first_row);

/// Why a column of numbers is no feature: "counts 0, 1, ..", "dates: 20200131". Empty where it may be one.
std::string no_feature(const Column& column);

/// Whether its numbers are whole and each is there once, as in an index whose rows were sorted or left out.
bool names_rows(const Column& column);

/// Whether it goes up or down by equal steps, as a column of times does.
bool is_even(const Column& column);

/// A number that looks like a mark for a missing one: -999, 9999 and the like, or one that comes again and
/// again, far from all others.
struct Sentinel {
  bool found = false;
  double value = 0, low = 0, high = 0;  // it, and the range of the others
  std::size_t count = 0;
};
Sentinel sentinel_in(const Column& column);

}  // namespace lesson::csv
