#include "support/csv/totals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"

namespace lesson::csv {
namespace {

constexpr std::array words_for_totals = {"total",
                                         "totals",
                                         "subtotal",
                                         "subtotals",
                                         "sum",
                                         "sums",
                                         "mean",
                                         "means",
                                         "average",
                                         "averages",
                                         "avg",
                                         "median",
                                         "overall",
                                         "gesamt",
                                         "insgesamt",
                                         "gesamtsumme",
                                         "gesamtwert",
                                         "gesamtergebnis",
                                         "summe",
                                         "zwischensumme",
                                         "mittelwert",
                                         "durchschnitt",
                                         "mittel",
                                         "teilergebnis",
                                         "jahressumme",
                                         "monatssumme",
                                         "endsumme",
                                         "somme",
                                         "moyenne",
                                         "totale",
                                         "totaal",
                                         "suma",
                                         "promedio",
                                         "\u03a3",
                                         "\u2211",
                                         "\u5408\u8ba1",
                                         "\u5408\u8a08",
                                         "\u0438\u0442\u043e\u0433\u043e",
                                         "\u0418\u0442\u043e\u0433\u043e",
                                         "\u0418\u0422\u041e\u0413\u041e"};

// The words of a label, in small letters. Digits and signs are no words; an underscore is a letter.
std::vector<std::string> words_of(std::string_view label) {
  std::vector<std::string> words(1);
  for (const char c : lower_case(label)) {
    if ((c >= 'a' && c <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80)
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool says_total(const std::string& word) {
  return std::find(words_for_totals.begin(), words_for_totals.end(), word) != words_for_totals.end();
}

class Totals {
 public:
  Totals(const Sheet& sheet, const std::vector<std::size_t>& used)
      : sheet_(sheet), cells_(sheet.cells()), used_(used), last_(cells_.rows() - 1) {}

  void check() const {
    std::vector<std::size_t> found;  // rows
    std::size_t first_column = 0;
    for (std::size_t column = 0; column < cells_.columns; ++column) {
      std::vector<std::size_t> rows = labelled(column);
      // In a column whose every row names a statistic, no row sums up others.
      if (rows.empty() || 2 * rows.size() > cells_.rows() - sheet_.first()) continue;
      if (found.empty() || rows[0] < found[0]) {
        found = std::move(rows);
        first_column = column;
      }
    }
    const std::string delete_it = "a total or a mean must not be read as data. Delete the line";
    if (!found.empty())
      sheet_.fail_at(
          found[0], first_column,
          fmt::format(
              "\"{}\" looks like the label of a row that sums up others{}; {}. If it is a row like the "
              "others, call it \"{}_\"",
              shown_field(sheet_.plain(found[0], first_column)),
              found.size() > 1 ? fmt::format(", {} such lines in all", found.size()) : "",
              found.size() > 1 ? "totals and means must not be read as data. Delete the lines" : delete_it,
              shown_field(sheet_.plain(found[0], first_column))));
    if (last_ < sheet_.first() + 3 || is_left_out(last_)) return;
    if (const std::size_t column = column_without_label(); column < cells_.columns && sums(1) > 0)
      sheet_.fail_at(last_, column,
                     fmt::format("the field is empty, and a number of the line is the sum of those above; {}",
                                 delete_it));
    if (sums(used_.size()) >= 2)
      tg::fail("csv", "{}, line {}: each number of the last line is the sum of those above; {}",
               sheet_.path(), sheet_.line(last_), delete_it);
  }

 private:
  bool is_left_out(std::size_t row) const {
    return std::any_of(used_.begin(), used_.end(),
                       [&](std::size_t column) { return cells_.at(row, column).kind == Kind::absent; });
  }

  bool has_number(std::size_t row) const {
    for (std::size_t column = 0; column < cells_.columns; ++column)
      if (cells_.at(row, column).kind == Kind::number) return true;
    return false;
  }

  // The rows with a label of a total in this column.
  std::vector<std::size_t> labelled(std::size_t column) const {
    std::vector<std::size_t> rows;
    for (std::size_t row = sheet_.first(); row <= last_; ++row) {
      const Kind kind = cells_.at(row, column).kind;
      if ((kind == Kind::text || kind == Kind::absent) && sums_up(sheet_.plain(row, column), row == last_) &&
          has_number(row) && !is_left_out(row) && !stands_in_a_run(row, column))
        rows.push_back(row);
    }
    return rows;
  }

  // Whether a label is that of a class: five rows in a row have it.
  bool stands_in_a_run(std::size_t row, std::size_t column) const {
    const std::string label = sheet_.plain(row, column);
    std::size_t start = row, stop = row + 1;
    while (start > sheet_.first() && row - start < 4 && sheet_.plain(start - 1, column) == label) --start;
    while (stop <= last_ && stop - row < 5 && sheet_.plain(stop, column) == label) ++stop;
    return stop - start >= 5;
  }

  // A column that has a hole in the last row and nowhere else.
  std::size_t column_without_label() const {
    for (std::size_t column = 0; column < cells_.columns; ++column) {
      std::size_t row = sheet_.first();
      while (cells_.at(row, column).kind != Kind::empty && row < last_) ++row;
      if (row == last_ && cells_.at(row, column).kind == Kind::empty) return column;
    }
    return cells_.columns;
  }

  // How many columns that are read have in the last row the sum of the numbers above, at least three of which
  // are not 0; 0 where they are fewer than `least`.
  std::size_t sums(std::size_t least) const {
    std::size_t found = 0;
    for (const std::size_t column : used_) {
      double sum = 0;
      std::size_t terms = 0;
      for (std::size_t row = sheet_.first(); row < last_; ++row) {
        const Number& number = cells_.at(row, column);
        if (number.kind != Kind::number) continue;
        sum += number.value;
        terms += number.value != 0;
      }
      const Number& last = cells_.at(last_, column);
      found += last.kind == Kind::number && terms > 2 && sum != 0 &&
               std::abs(last.value - sum) <= 1e-6 * std::abs(sum);
    }
    return found < least ? 0 : found;
  }

  const Sheet& sheet_;
  const Cells& cells_;
  const std::vector<std::size_t>& used_;
  const std::size_t last_;
};

}  // namespace

bool sums_up(std::string_view label, bool is_last) {
  if (label.size() > 60) return false;
  const std::vector<std::string> words = words_of(label);
  if (words.empty() || words.size() > 4) return false;
  return (words.size() == 1 || is_last ? says_total(words[0]) : false) ||
         (words.size() < 4 && says_total(words.back()));
}

void check_totals(const Sheet& sheet, const std::vector<std::size_t>& used) { Totals(sheet, used).check(); }

}  // namespace lesson::csv
