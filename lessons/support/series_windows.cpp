#include "support/series_windows.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "support/fingerprint.hpp"
#include "tinygrad_cpp/tinygrad.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

// 1 at the real rows: [B,T,1]
tg::Tensor mask_of(const Padded& windows) {
  const int count = windows.values.dim(0), steps = windows.values.dim(1);
  return tg::reshape(tg::sequence_mask(windows.lengths, steps), {count, steps, 1});
}

// [B,T,D]; 0 at padding
tg::Tensor squared_errors(const tg::Tensor& prediction, const Padded& windows) {
  return tg::where(tg::broadcast_to(mask_of(windows), windows.values.shape()),
                   tg::pow(prediction - windows.values, 2), 0);
}

}  // namespace

SeriesWindows series_windows(const Csv& series, int window, int overlap) {
  const int held_out = series.rows / 5, split = series.rows - held_out;
  if (held_out < window)
    tg::fail(
        "windows",
        "the series has {} rows; with windows of {} at least {} are needed, so that the last fifth holds "
        "one: give --window less, or more rows",
        series.rows, window, 5 * window);
  std::vector<int> train_rows(static_cast<std::size_t>(split));
  std::iota(train_rows.begin(), train_rows.end(), 0);
  const Standardised scaled = standardise(series, train_rows);
  SeriesWindows found{scaled, {}, {}, windows(split, window, overlap), windows(held_out, window, overlap),
                      "",     {}};
  for (auto& [start, stop] : found.test_places) start += split, stop += split;
  found.train = cut_windows(scaled.x, found.train_places);
  found.test = cut_windows(scaled.x, found.test_places);
  Fingerprint all;
  all.add(series.fingerprint());
  for (const int number : {window, overlap}) all.add(static_cast<double>(number));
  found.fingerprint = all.text();
  found.understood.push_back(fmt::format(
      "{} rows of {} features: {} training windows, {} held out, {} rows each, the last held-out one {}",
      series.rows, scaled.names.size(), found.train.lengths.size(), found.test.lengths.size(), window,
      found.test.lengths.back()));
  if (!scaled.constant.empty())
    found.understood.push_back(
        fmt::format("{} of {} features never change in the training part and are left out: {}",
                    scaled.constant.size(), series.columns, tg::shown_list(scaled.constant)));
  return found;
}

Padded cut_windows(const tg::Tensor& series, const Places& places) {
  std::vector<tg::Tensor> parts;
  for (const auto& [start, stop] : places) parts.push_back(tg::slice(series, 0, start, stop));
  return pad_sequences(parts);
}

Padded chosen_windows(const Padded& all, const std::vector<int>& items) {
  std::vector<int> lengths;
  for (const int item : items) lengths.push_back(all.lengths[static_cast<std::size_t>(item)]);
  return {tg::take(all.values, tg::indices(items)), lengths};
}

tg::Tensor window_loss(const tg::Tensor& prediction, const Padded& windows) {
  return tg::mse_loss(prediction, windows.values,
                      {.mask = tg::sequence_mask(windows.lengths, windows.values.dim(1))});
}

std::vector<double> window_errors(const tg::Tensor& prediction, const Padded& windows) {
  const tg::Tensor sums = tg::sum(squared_errors(prediction, windows), {1, 2});
  std::vector<double> errors;
  for (std::size_t i = 0; i < windows.lengths.size(); ++i)
    errors.push_back(static_cast<double>(sums.values()[i]) / (windows.lengths[i] * windows.values.dim(2)));
  return errors;
}

std::vector<double> feature_errors(const tg::Tensor& prediction, const Padded& windows,
                                   const FeatureScale& scale, int item) {
  tg::Tensor squared = squared_errors(prediction, windows);
  double rows = std::accumulate(windows.lengths.begin(), windows.lengths.end(), 0.0);
  if (item >= 0) {
    squared = tg::slice(squared, 0, item, item + 1);
    rows = windows.lengths.at(static_cast<std::size_t>(item));
  }
  const tg::Tensor sums = tg::sum(squared, {0, 1});
  std::vector<double> errors;
  for (std::size_t d = 0; d < scale.spread.size(); ++d)
    errors.push_back(std::sqrt(static_cast<double>(sums.values()[d]) / rows) * scale.spread[d]);
  return errors;
}

tg::Tensor window_means(const Padded& windows) {
  const tg::Tensor mask = mask_of(windows);
  return tg::broadcast_to(tg::sum(windows.values * mask, 1, tg::keepdim) / tg::sum(mask, 1, tg::keepdim),
                          windows.values.shape());
}

tg::Tensor rows_before(const Padded& windows) {
  const tg::Tensor& x = windows.values;
  return tg::concat({tg::slice(x, 1, 0, 1), tg::slice(x, 1, 0, x.dim(1) - 1)}, 1);
}

}  // namespace lesson
