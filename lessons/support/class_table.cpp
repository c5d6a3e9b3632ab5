#include "support/class_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/ops/movement.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson {
namespace {

// Numbers in their order, texts in that of the alphabet.
std::vector<std::string> ordered(const std::map<std::string, int>& counts) {
  std::vector<std::string> names;
  std::map<std::string, double> numbers;
  for (const auto& [name, count] : counts) {
    char* end = nullptr;
    const double number = std::strtod(name.c_str(), &end);
    if (*end == '\0') numbers[name] = number;
    names.push_back(name);
  }
  if (numbers.size() == names.size())
    std::stable_sort(names.begin(), names.end(),
                     [&](const std::string& a, const std::string& b) { return numbers[a] < numbers[b]; });
  return names;
}

ClassRows rows_of(const tg::Tensor& x, const std::vector<int>& labels, const std::vector<int>& rows) {
  std::vector<int> kept;
  for (const int row : rows) kept.push_back(labels[static_cast<std::size_t>(row)]);
  return {tg::take(x, tg::indices(rows)), tg::indices(kept)};
}

// How many rows stand in the table more than once, and how many test rows have a twin in training.
std::string twins_text(const std::vector<int>& twins, const Split& split) {
  std::map<int, int> all, trained;
  for (const int row : twins) ++all[row];
  for (const int i : split.train) ++trained[twins[static_cast<std::size_t>(i)]];
  const auto repeated = std::count_if(twins.begin(), twins.end(), [&](int row) { return all[row] > 1; });
  const auto met = std::count_if(split.test.begin(), split.test.end(),
                                 [&](int i) { return trained[twins[static_cast<std::size_t>(i)]] > 0; });
  if (repeated == 0) return "";
  return fmt::format(
      "{} rows have features that stand in the table more than once; equal rows stay in one part{}", repeated,
      met ? fmt::format(", but those that come very often: {} test rows have a twin in training", met) : "");
}

}  // namespace

ClassTable class_table(const Csv& csv, const std::string& source) {
  if (csv.class_column.empty())
    tg::fail("classes", "{}: --target is missing; it names the column of classes. The columns are {}", source,
             tg::shown_list(csv.file_names));
  const std::string column = tg::shown(csv.class_column, 30);
  if (csv.rows < 30)
    tg::fail("classes",
             "{}: the table has {} rows; at least 30 are needed, so that a fifth of them can judge", source,
             csv.rows);
  std::map<std::string, int> counts;
  for (const std::string& name : csv.classes) ++counts[name];
  const auto count = static_cast<int>(counts.size());
  if (count < 2)
    tg::fail("classes", "{}: \"{}\" is {} in all {} rows; two classes are needed", source, column,
             tg::shown(csv.classes.at(0), 30), csv.rows);
  if (count > 100 || 2 * count > csv.rows)
    tg::fail(
        "classes",
        "{}: \"{}\" has {} different values in {} rows; a column of classes is needed, 2 to 100 of them with "
        "several rows each",
        source, column, count, csv.rows);

  ClassTable table;
  table.target = csv.class_column;
  table.classes = ordered(counts);
  table.fingerprint = csv.fingerprint();
  const std::vector<int> twins = csv.equal_rows();
  table.split = split_at_random(twins, 5);
  const Standardised scaled = standardise(csv, table.split.train);
  table.scale = scaled;

  std::map<std::string, int> number_of;
  for (int k = 0; k < count; ++k) number_of[table.classes[static_cast<std::size_t>(k)]] = k;
  std::vector<int> labels;
  for (const std::string& name : csv.classes) labels.push_back(number_of[name]);
  table.train = rows_of(scaled.x, labels, table.split.train);
  table.validation = rows_of(scaled.x, labels, table.split.validation);
  table.test = rows_of(scaled.x, labels, table.split.test);

  table.shares.assign(static_cast<std::size_t>(count), 0);
  for (const int label : table.train.labels.values())
    table.shares[static_cast<std::size_t>(label)] += 1.0 / static_cast<double>(table.split.train.size());
  std::vector<std::string> list;
  for (std::size_t k = 0; k < table.classes.size(); ++k) {
    const std::string& name = table.classes[k];
    if (counts[name] < 3 || table.shares[k] == 0)
      tg::fail(
          "classes",
          "{}: class {} of \"{}\" has {} of {} rows, {} of them to train on; 3 are needed, and one to train "
          "on. If it is a mistake, mend it; --missing leaves such rows out",
          source, tg::shown(name, 30), column, counts[name], csv.rows,
          std::lround(table.shares[k] * static_cast<double>(table.split.train.size())));
    list.push_back(fmt::format("{} ({} rows)", name, counts[name]));
  }
  table.understood = {
      fmt::format("classes of \"{}\": {}", column, tg::shown_list(list)),
      fmt::format(
          "{} rows to train on, {} for validation, {} for the test, drawn at random, the same in every run",
          table.split.train.size(), table.split.validation.size(), table.split.test.size())};
  if (const std::string text = twins_text(twins, table.split); !text.empty())
    table.understood.push_back(text);
  if (!scaled.constant.empty())
    table.understood.push_back("left out, since they never change in the training rows: " +
                               tg::shown_list(scaled.constant));
  return table;
}

}  // namespace lesson
