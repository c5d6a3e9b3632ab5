// Features in one unit: each less its mean, divided by its spread.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "support/checkpoint.hpp"
#include "support/csv.hpp"
#include "tinygrad_cpp/ops/pointwise.hpp"

namespace lesson {

/// The features of a network: the columns that it reads, and their mean and spread in the rows it was trained
/// on. A checkpoint keeps it.
struct FeatureScale {
  std::vector<std::string> names = {};         // D
  std::vector<double> mean = {}, spread = {};  // D each

  /// These columns of a table, each less its mean, divided by its spread: [rows, D]. Computed in double and
  /// only then rounded to Real, so that a large offset costs no digits: 1.6e9 + x becomes what x becomes.
  /// Error when a column is missing, and when a value is too far off to be squared.
  tg::Tensor of(const Csv& table) const;
  /// The way back: what value of a feature stands in the table, where of() has this one.
  double original(double value, int feature) const;

  /// As entries of a checkpoint, and read back from one.
  void save_in(std::map<std::string, std::string>& metadata) const;
  static FeatureScale saved_in(const CheckpointEntries& about);
};

/// A table, ready for a network.
struct Standardised : FeatureScale {
  tg::Tensor x;                       // [rows, D], of the columns that change in the training rows
  std::vector<std::string> constant;  // the columns left out
  tg::Tensor mean_row, spread_row;    // of each feature over the training rows, [1, D]
};

/// Each column less its mean over the training rows, divided by its spread (standard deviation) there, as
/// FeatureScale::of computes it. A column that is the same in all training rows is left out. Error when no
/// column is left, when a row does not exist, and when a value is too far off to be squared.
Standardised standardise(const Csv& table, const std::vector<int>& training_rows);

/// The mean and the spread (standard deviation) of each feature, [1,D] each.
struct RowScale {
  tg::Tensor mean, spread;

  /// [N,D] -> [N,D]: less the mean, divided by the spread.
  tg::Tensor standardised(const tg::Tensor& x) const { return (x - mean) / spread; }
  /// The way back.
  tg::Tensor original(const tg::Tensor& x) const { return x * spread + mean; }
};

/// The scale of training rows [N,D]; take it for all others too. Error when a feature is the same in all rows.
RowScale scale_of(const tg::Tensor& rows);

}  // namespace lesson
