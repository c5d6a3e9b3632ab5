#include "support/csv/order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>

#include "tinygrad_cpp/utf8.hpp"

namespace lesson::csv {
namespace {

using Names = std::vector<std::string>;

constexpr double day_length = 86400;  // seconds

// A date as it stands in the file, and the seconds of its day that have passed.
struct Stamp {
  std::array<int, 3> parts = {};
  char separator = 0;
  double time = 0;
  bool has_time = false;
};

// 2024-02-09, 9.2.2024, 02/09/2024 14:30:05, 2024-02-09T14:30Z.
std::optional<Stamp> stamp_in(std::string_view text) {
  Stamp stamp;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::optional<int> part = take_digits(text);
    if (!part) return {};
    stamp.parts[i] = *part;
    if (i == 2) break;
    if (text.empty() || (i == 0 ? std::string_view("-/.").find(text[0]) == std::string_view::npos
                                : text[0] != stamp.separator))
      return {};
    stamp.separator = text[0];
    text.remove_prefix(1);
  }
  stamp.has_time = !text.empty();
  if (text.empty()) return stamp;
  if (text[0] != ' ' && text[0] != 'T') return {};
  text.remove_prefix(1);
  for (const int seconds : {3600, 60, 1}) {
    const std::optional<int> part = take_digits(text);
    if (!part) return {};
    stamp.time += *part * seconds;
    if (!text.starts_with(':')) break;
    text.remove_prefix(1);
  }
  return stamp;  // fractions of a second and the time zone do not matter here
}

// The places of year, month and day; none where 2/3/2024 may be read in two ways.
std::optional<std::array<std::size_t, 3>> order_of(const std::vector<Stamp>& stamps) {
  const auto all = [&](auto test) { return std::all_of(stamps.begin(), stamps.end(), test); };
  if (all([](const Stamp& stamp) { return stamp.parts[0] > 31; })) return {{0, 1, 2}};
  const bool day_month = all([](const auto&stamp) { return stamp.parts[1] <= 12; }),
             month_day = all([](const auto&stamp) { return stamp.parts[0] <= 12; });
  if (day_month && (!month_day || stamps[0].separator == '.')) return {{2, 1, 0}};
  if (month_day && !day_month) return {{2, 0, 1}};
  return {};
}

struct Times {
  std::vector<double> at;  // of each row, in seconds where they are dates
  bool dates = false;      // so a hole is one
  bool days = false;       // dates without a time of day
};

Times times_of_text(const Sheet& sheet, std::size_t column) {
  std::vector<Stamp> stamps;
  for (std::size_t row = sheet.first(); row < sheet.cells().rows(); ++row) {
    const std::optional<Stamp> stamp = stamp_in(sheet.clean(row, column));
    if (!stamp || (row > sheet.first() && stamp->separator != stamps[0].separator)) return {};
    stamps.push_back(*stamp);
  }
  const auto order = order_of(stamps);
  if (!order) return {};
  Times times{{}, true, true};
  for (const Stamp& stamp : stamps) {
    const std::chrono::year_month_day day(std::chrono::year(stamp.parts[(*order)[0]]),
                                          std::chrono::month(static_cast<unsigned>(stamp.parts[(*order)[1]])),
                                          std::chrono::day(static_cast<unsigned>(stamp.parts[(*order)[2]])));
    if (!day.ok()) return {};
    times.at.push_back(
        day_length * static_cast<double>(std::chrono::sys_days(day).time_since_epoch().count()) + stamp.time);
    times.days = times.days && !stamp.has_time;
  }
  return times;
}

// Numbers that are time: 20240209 and its like, and those that are even once they are sorted.
Times times_of_numbers(const Column& column, const std::string& left_out) {
  Column sorted = column;
  std::sort(sorted.values.begin(), sorted.values.end());
  const bool is_time = left_out.starts_with("days") || left_out.starts_with("months") ||
                       (is_even(sorted) && sorted.values != column.values);
  return {is_time ? column.values : std::vector<double>(), false, false};
}

class Order {
 public:
  Order(const Sheet& sheet, const std::vector<Column>& columns, const Names& left_out)
      : sheet_(sheet), columns_(columns), left_out_(left_out) {}

  Names doubts() {
    constexpr std::size_t least = 10;
    if (sheet_.cells().rows() < sheet_.first() + least) return {};
    Names found, groups;
    std::vector<std::size_t> texts;
    for (std::size_t column = 0; column < sheet_.cells().columns; ++column) {
      const bool numbers = columns_[column].numbers == columns_[column].fields;
      const Times times =
          numbers ? times_of_numbers(columns_[column], left_out_[column]) : times_of_text(sheet_, column);
      if (!times.at.empty())
        look_at_times(column, times, found);
      else if (numbers)
        look_at_numbers(column, columns_[column].values, groups);
      else if (left_out_[column].starts_with("text"))
        texts.push_back(column);
    }
    for (const std::size_t column : texts) look_at_text(column, groups);
    groups.insert(groups.end(), found.begin(), found.end());
    return groups;
  }

 private:
  int line(std::size_t at) const { return sheet_.line(sheet_.first() + at); }
  std::string name(std::size_t column) const { return shown_field(sheet_.names()[column]); }

  void look_at_times(std::size_t column, const Times& times, Names& found) {
    const std::vector<double>& at = times.at;
    std::vector<double> steps;
    for (std::size_t i = 1; i < at.size(); ++i) steps.push_back(at[i] - at[i - 1]);
    const auto least = std::min_element(steps.begin(), steps.end()),
               most = std::max_element(steps.begin(), steps.end());
    if (*most <= 0 && *least < 0)
      return found.push_back(
          fmt::format("{} falls: the newest row comes first. Turn the rows round", name(column)));
    if (const auto back = std::find_if(steps.begin(), steps.end(), [](double step) { return step < 0; });
        back != steps.end()) {
      const auto i = static_cast<std::size_t>(back - steps.begin());
      mixed_ = true;
      return found.push_back(
          fmt::format("{} is out of order: line {} is earlier than line {}. Sort the rows by it",
                      name(column), line(i + 1), line(i)));
    }
    if (const auto equal = std::count(steps.begin(), steps.end(), 0.0); equal > 0 && *most > 0) {
      const auto first = static_cast<std::size_t>(std::find(steps.begin(), steps.end(), 0.0) - steps.begin());
      mixed_ = true;
      return found.push_back(fmt::format("{} repeats: {} row{} that of the row before, as line {}",
                                         name(column), equal, equal == 1 ? " has" : "s have",
                                         line(first + 1)));
    }
    const auto longest = static_cast<std::size_t>(most - steps.begin());
    std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2),
                     steps.end());
    const double usual = steps[steps.size() / 2];
    constexpr double weekend = 5 * day_length;  // with holidays before and after it
    const double allowed = times.days && usual == day_length ? weekend : 1.5 * usual;
    const auto holes = std::count_if(steps.begin(), steps.end(), [=](double step) { return step > allowed; });
    if (times.dates && holes > 0)
      found.push_back(fmt::format("{} has {} hole{}, the longest after line {}", name(column), holes,
                                  holes == 1 ? "" : "s", line(longest)));
  }

  // A count that begins anew, and a number that is the same in long blocks and then the next.
  void look_at_numbers(std::size_t column, const std::vector<double>& numbers, Names& groups) {
    constexpr std::size_t longest_cycle = 31;  // hours, weekdays, months and days of a month begin anew too
    std::vector<std::size_t> runs = {1}, blocks = {1};
    bool counts = true, rises = true;
    std::size_t second = 0;  // where the count begins anew
    for (std::size_t i = 1; i < numbers.size(); ++i) {
      const double step = numbers[i] - numbers[i - 1];
      counts = counts && (step == 1 || numbers[i] == numbers[0]);
      rises = rises && (step == 0 || step == 1);
      if (step == 1)
        ++runs.back();
      else if (runs.push_back(1), second == 0)
        second = i;
      if (step == 0)
        ++blocks.back();
      else
        blocks.push_back(1);
    }
    const bool year = numbers[0] >= 1800 && numbers[0] <= 2200;
    if (counts && runs.size() > 1 && *std::max_element(runs.begin(), runs.end()) > longest_cycle &&
        2 * runs.size() < numbers.size() && !is_usual_cycle(runs))
      groups.push_back(
          fmt::format("{} begins anew {} time{}, as in line {}: are these several series? Keep one",
                      name(column), runs.size() - 1, runs.size() == 2 ? "" : "s", line(second)));
    if (rises && numbers[0] == std::floor(numbers[0]) && !year && blocks.size() > 1 &&
        *std::min_element(blocks.begin(), blocks.end()) >= 5)
      groups.push_back(fmt::format("{} goes from {} to {} in blocks: are these several series? Keep one",
                                   name(column), numbers.front(), numbers.back()));
  }

  // Minutes of an hour, quarters of an hour or days of a year.
  static bool is_usual_cycle(const std::vector<std::size_t>& runs) {
    return std::all_of(runs.begin() + (runs.size() > 2), runs.end() - 1, [](std::size_t run) {
      return run == 52 || run == 53 || run == 60 || run == 96 || run == 365 || run == 366;
    });
  }

  // A word that stands in blocks; or of which there are few, where the rows are not in one order.
  void look_at_text(std::size_t column, Names& groups) const {
    std::map<std::string, std::size_t> counts;
    std::string before;
    std::size_t blocks = 0, rows = 0;
    for (std::size_t row = sheet_.first(); row < sheet_.cells().rows(); ++row, ++rows) {
      std::string word = sheet_.clean(row, column);
      blocks += rows == 0 || word != before;
      ++counts[word];
      before = std::move(word);
      if (counts.size() > 50) return;
    }
    if (counts.size() < 2 || 5 * counts.size() > rows || (blocks > counts.size() && !mixed_)) return;
    Names list;
    for (const auto& [word, count] : counts) list.push_back(fmt::format("{}: {}", shown_field(word), count));
    groups.push_back(fmt::format("{} has {} values ({} rows): are these several series? Keep one",
                                 name(column), counts.size(), tg::shown_list(list, 30)));
  }

  const Sheet& sheet_;
  const std::vector<Column>& columns_;
  const Names& left_out_;
  bool mixed_ = false;  // stamps are out of order or repeat
};

}  // namespace

std::vector<std::string> doubts_about_order(const Sheet& sheet, const std::vector<Column>& columns,
                                            const std::vector<std::string>& left_out) {
  return Order(sheet, columns, left_out).doubts();
}

}  // namespace lesson::csv
