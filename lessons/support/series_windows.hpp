// A long series as windows for a network, and how far a reconstruction of them is off.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "support/batches.hpp"
#include "support/csv.hpp"
#include "support/standardise.hpp"

namespace lesson {

/// Where windows begin and stop in the rows of a table.
using Places = std::vector<std::pair<int, int>>;

/// A series whose last fifth is held out. It is held out before any window is cut, since windows may share
/// rows.
struct SeriesWindows {
  FeatureScale scale;
  Padded train, test;  // in the scale: [B,T,D]
  Places train_places, test_places;
  std::string fingerprint;              // of the whole table and of how it is cut
  std::vector<std::string> understood;  // sentences: rows, windows, columns left out
};

/// Cuts a series into windows of so many rows, of which `overlap` are shared with the window before. The last
/// window of each part may be shorter. Features get the scale of the training part; one that never changes
/// there is left out. Error when the last fifth holds no whole window.
SeriesWindows series_windows(const Csv& series, int window, int overlap);

/// The same rows of a whole series [rows,D] as windows, padded to the longest: [B,T,D].
Padded cut_windows(const tg::Tensor& series, const Places& places);
/// Some of them.
Padded chosen_windows(const Padded& all, const std::vector<int>& items);

/// The mean squared error over the real rows of all windows; gradients flow through. In the scale its unit is
/// the variance of a feature in the training part.
tg::Tensor window_loss(const tg::Tensor& prediction, const Padded& windows);
/// The same of each window.
std::vector<double> window_errors(const tg::Tensor& prediction, const Padded& windows);
/// By how much each feature is missed, in its own unit: the root of its mean squared error. For one window,
/// or with `item` -1 for all.
std::vector<double> feature_errors(const tg::Tensor& prediction, const Padded& windows,
                                   const FeatureScale& scale, int item = -1);

/// Predictors that learn nothing, to compare with. They may look: the mean of each window's real rows, at
/// every step; and the true row before.
tg::Tensor window_means(const Padded& windows);
tg::Tensor rows_before(const Padded& windows);

}  // namespace lesson
