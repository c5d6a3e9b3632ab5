// Whether the first row of a table holds the names of its columns, or numbers like the rest.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "support/csv/numbers.hpp"

namespace lesson::csv {

/// The fields of a table, row-major.
struct Cells {
  std::size_t columns = 0;
  std::vector<Number> all;

  std::size_t rows() const { return columns ? all.size() / columns : 0; }
  const Number& at(std::size_t row, std::size_t column) const { return all[row * columns + column]; }
};

enum class FirstRow { names, data, doubtful };

struct Verdict {
  FirstRow holds;
  std::string why;
};

/// Looks at the first row beside those below. Text over numbers is a name. A row of whole numbers holds names
/// where they count evenly (0, 1, 2 of pandas; 2018, 2019, 2020) or stand far from the numbers below, which
/// have fractions. Doubtful: they count, and nothing else tells them from the rows below.
/// `first` holds the first row's fields as text.
Verdict verdict_on_first_row(const Cells& cells, const std::vector<std::string>& first);

}  // namespace lesson::csv
