#include "support/standardise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tinygrad_cpp/autograd/record.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/reduce.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

constexpr double most = 1e15;  // its square and the sum of many such are still floats

struct Moments {
  double mean = 0, spread = 0;
};

// Less the first value before anything is added up, so that a large offset costs no digits here either.
Moments moments_of(const Csv& table, int column, const std::vector<int>& rows) {
  const double offset = table.at(rows[0], column), count = static_cast<double>(rows.size());
  double sum = 0, squares = 0;
  for (const int row : rows) sum += table.at(row, column) - offset;
  const double mean = sum / count;
  for (const int row : rows) squares += std::pow(table.at(row, column) - offset - mean, 2);
  return {offset + mean, std::sqrt(squares / count)};
}

std::string place(const Csv& table, int row, int column) {
  return table.lines.empty() ? fmt::format("row {}, column {}", row + 1, column + 1)
                             : table.place(row, column);
}

}  // namespace

tg::Tensor FeatureScale::of(const Csv& table) const {
  std::vector<int> columns;
  for (const std::string& name : names) {
    const auto at = std::find(table.names.begin(), table.names.end(), name);
    if (at == table.names.end())
      tg::fail("standardise", "there is no column \"{}\"; the columns are {}", tg::shown(name),
               tg::shown_list(table.names));
    columns.push_back(static_cast<int>(at - table.names.begin()));
  }
  std::vector<tg::Real> values;
  values.reserve(static_cast<std::size_t>(table.rows) * columns.size());
  for (int row = 0; row < table.rows; ++row)
    for (std::size_t d = 0; d < columns.size(); ++d) {
      const double given = table.at(row, columns[d]), value = (given - mean[d]) / spread[d];
      if (!(std::abs(value) < most))
        tg::fail("standardise", "{}: {} is {:.3g} spreads from the mean of the training rows; is it right?",
                 place(table, row, columns[d]), given, value);
      values.push_back(static_cast<tg::Real>(value));
    }
  return tg::Tensor({table.rows, static_cast<int>(names.size())}, values);
}

double FeatureScale::original(double value, int feature) const {
  const auto at = static_cast<std::size_t>(feature);
  return value * spread[at] + mean[at];
}

void FeatureScale::save_in(std::map<std::string, std::string>& metadata) const {
  metadata["features"] = fmt::format("{}", fmt::join(names, "\n"));
  metadata["mean"] = fmt::format("{}", fmt::join(mean, " "));
  metadata["spread"] = fmt::format("{}", fmt::join(spread, " "));
}

FeatureScale FeatureScale::saved_in(const CheckpointEntries& about) {
  FeatureScale scale{about.lines("features")};
  scale.mean = about.numbers("mean", scale.names.size());
  scale.spread = about.numbers("spread", scale.names.size());
  if (*std::min_element(scale.spread.begin(), scale.spread.end()) <= 0)
    about.refuse("spread", "numbers above 0");
  return scale;
}

Standardised standardise(const Csv& table, const std::vector<int>& training_rows) {
  if (training_rows.empty()) tg::fail("standardise", "no training rows; at least one is needed");
  Standardised found;
  for (int column = 0; column < table.columns; ++column) {
    const std::string& name = table.names[static_cast<std::size_t>(column)];
    const double first = table.at(training_rows[0], column);
    const auto same = [&](int row) { return table.at(row, column) == first; };
    if (std::all_of(training_rows.begin(), training_rows.end(), same)) {
      found.constant.push_back(name);
      continue;
    }
    for (int row = 0; row < table.rows; ++row)
      if (std::abs(table.at(row, column)) > most)
        tg::fail("standardise", "{}: {} is too large to be squared; scale the column",
                 place(table, row, column), table.at(row, column));
    const Moments moments = moments_of(table, column, training_rows);
    found.names.push_back(name);
    found.mean.push_back(moments.mean);
    found.spread.push_back(moments.spread);
  }
  if (found.names.empty())
    tg::fail("standardise",
             "all {} features are constant in the {} training rows; at least one must change: {}",
             table.columns, training_rows.size(), tg::shown_list(found.constant));
  found.x = found.of(table);
  const int features = found.x.dim(1);
  found.mean_row = tg::Tensor({1, features}, {found.mean.begin(), found.mean.end()});
  found.spread_row = tg::Tensor({1, features}, {found.spread.begin(), found.spread.end()});
  return found;
}

RowScale scale_of(const tg::Tensor& rows) {
  if (rows.rank() != 2 || rows.dim(0) < 1)
    tg::fail("scale_of", "rows are {}; [N,D] with at least one row is needed", rows.shape());
  const tg::NoGrad no_grad;
  const tg::Tensor mean = tg::mean(rows, 0, tg::keepdim), spread = tg::stddev(rows, 0, tg::keepdim);
  for (int d = 0; d < rows.dim(1); ++d)
    if (spread.at({0, d}) == 0)
      tg::fail("scale_of", "feature {} is {} in all {} rows; leave it out", d, mean.at({0, d}), rows.dim(0));
  return {mean, spread};
}

}  // namespace lesson
