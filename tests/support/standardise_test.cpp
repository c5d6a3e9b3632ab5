#include "support/standardise.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "../files.hpp"
#include "../support.hpp"

namespace {

/// A table of one column, offset + scale * f(row).
lesson::Csv column_of(double offset, double scale) {
  lesson::Csv table{.names = {"v"}, .rows = 60, .columns = 1};
  for (int row = 0; row < table.rows; ++row) table.values.push_back(offset + scale * std::sin(row / 3.0));
  return table;
}

std::vector<int> first_rows(int count) {
  std::vector<int> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

}  // namespace

TEST_CASE("standardise: a large offset costs no digits") {
  const std::vector<int> rows = first_rows(48);
  const tg::Tensor small = lesson::standardise(column_of(0, 30), rows).x;
  for (const double offset : {1e3, 1.6e9, -2.4e9, 1e12}) {
    CAPTURE(offset);
    // What the double itself rounds away, in units of the spread.
    const double lost = std::abs(offset) * 1e-15 / 20 + 1e-6;
    CHECK(close(lesson::standardise(column_of(offset, 30), rows).x, small, lost));
  }
  CHECK(close(lesson::standardise(column_of(1.6e9, 10), rows).x, small, 1e-6));
}

TEST_CASE("standardise: mean and spread of the training rows, constants left out, and the way back") {
  lesson::Csv table{.names = {"a", "same", "b"},
                    .rows = 4,
                    .columns = 3,
                    .values = {1, 7, 10, 3, 7, 10, 1, 7, 40, 9, 8, 10}};
  const lesson::Standardised found = lesson::standardise(table, {0, 1, 2});
  CHECK(found.names == std::vector<std::string>{"a", "b"});
  CHECK(found.constant == std::vector<std::string>{"same"});
  CHECK(found.mean[1] == 20);
  CHECK(close(found.spread[1], std::sqrt(200.0), 1e-12));
  CHECK(found.x.shape() == tg::Shape{4, 2});
  CHECK(close(found.original(static_cast<double>(found.x.at({3, 0})), 0), 9, 1e-6));
  CHECK(close(found.x * found.spread_row + found.mean_row, tg::tensor({{1, 10}, {3, 10}, {1, 40}, {9, 10}})));
}

TEST_CASE("standardise: what it refuses, with the place") {
  lesson::Csv table{.names = {"a"}, .rows = 3, .columns = 1, .values = {5, 5, 6}};
  CHECK(fails_with(
      [&] {
        lesson::standardise(table, {0, 1});
      },
      "[standardise] all 1 features are constant in the 2 training rows"));
  CHECK(fails_with([&] { lesson::standardise(table, {}); }, "no training rows"));
  CHECK(fails_with([&] { lesson::standardise(table, {0, 3}); }, "row 3, column 0 of a table of 3 rows"));
  table.values = {5, 1e16, 6};
  CHECK(fails_with(
      [&] {
        lesson::standardise(table, {0, 2});
      },
      "row 2, column 1: 1e+16 is too large to be squared"));
  table.values = {0, 1, 1e-20};
  CHECK(fails_with([&] { lesson::standardise(table, {0, 2}); }, "row 2, column 1: 1 is 2e+20 spreads from"));
}

TEST_CASE("standardise: another table gets the scale of the training rows, its columns by name") {
  const lesson::Csv table{.names = {"a", "b"},
                          .rows = 3,
                          .columns = 2,
                          .values = {1, 1000, 3, 1010, 5, 1051}};
  const lesson::Standardised found = lesson::standardise(table, {0, 1, 2});
  const lesson::Csv other{.names = {"x", "b", "a"},
                          .rows = 2,
                          .columns = 3,
                          .values = {9, 1010, 3, 9, 1000, 1}};
  CHECK(same(found.of(other), tg::stack({tg::select(found.x, 0, 1), tg::select(found.x, 0, 0)}, 0)));
  const lesson::Csv less{.names = {"x", "a"}, .rows = 1, .columns = 2, .values = {9, 3}};
  CHECK(fails_with([&] { found.of(less); }, "there is no column \"b\"; the columns are x, a"));

  // As it comes back from a checkpoint, with all its digits.
  const Folder folder("standardise");
  std::map<std::string, std::string> metadata = {{"program", "it"}};
  found.save_in(metadata);
  tg::save(folder.file("m"), {}, metadata);
  const auto read = [&] {
    return lesson::FeatureScale::saved_in(lesson::CheckpointEntries("it", folder.file("m")));
  };
  CHECK(read().names == found.names);
  CHECK(read().mean == found.mean);
  CHECK(read().spread == found.spread);
  metadata["spread"] = "1 0";
  tg::save(folder.file("m"), {}, metadata);
  CHECK(fails_with([&] { read(); }, "its entry \"spread\" is \"1 0\"; numbers above 0 is needed"));
}

TEST_CASE("standardise: the scale of training rows serves all others, and leads back") {
  const lesson::RowScale scale = lesson::scale_of(tg::tensor({{1, 10}, {3, 50}}));
  CHECK(close(scale.mean, tg::tensor({{2, 30}})));
  CHECK(close(scale.spread, tg::tensor({{1, 20}})));
  const tg::Tensor other = tg::tensor({{5, 30}});
  CHECK(close(scale.standardised(other), tg::tensor({{3, 0}})));
  CHECK(close(scale.original(scale.standardised(other)), other));
  CHECK(fails_with(
      [] {
        lesson::scale_of(tg::tensor({{1, 7}, {3, 7}}));
      },
      "[scale_of] feature 1 is 7 in all 2 rows; leave it out"));
  CHECK(fails_with([] { lesson::scale_of(tg::tensor({1, 2})); }, "rows are [2]; [N,D]"));
}
