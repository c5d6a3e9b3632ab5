// Features in one unit: each less its mean, divided by its spread.
#pragma once
#include <string>
#include <vector>

#include "support/csv.hpp"
#include "tinygrad_cpp/autograd/tensor.hpp"

namespace lesson {

/// A table, ready for a network.
struct Standardised {
  tg::Tensor x;                       // [rows, D], of the columns that change in the training rows
  std::vector<std::string> names;     // of those, D
  std::vector<std::string> constant;  // the columns left out
  std::vector<double> mean, spread;   // of each feature over the training rows, D
  tg::Tensor mean_row, spread_row;    // the same, [1, D]

  /// The way back: what value of a feature stands in the table, where x has this one.
  double original(double value, int feature) const;
};

/// Each column less its mean over the training rows, divided by its spread (standard deviation) there.
/// Computed in double and only then rounded to Real, so that a large offset costs no digits: 1.6e9 + x
/// becomes what x becomes. A column that is the same in all training rows is left out. Error when no column
/// is left, when a row does not exist, and when a value is too far off to be squared.
Standardised standardise(const Csv& table, const std::vector<int>& training_rows);

}  // namespace lesson
