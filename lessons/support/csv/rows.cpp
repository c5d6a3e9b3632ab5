#include "support/csv/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "support/csv/numbers.hpp"
#include "support/csv/totals.hpp"
#include "support/text.hpp"
#include "tinygrad_cpp/error.hpp"
#include "tinygrad_cpp/utf8.hpp"

namespace lesson::csv {
namespace {

using Rows = std::vector<Row>;

std::string_view unquoted(std::string_view field) {
  const bool quoted = field.size() >= 2 && field.starts_with('"') && field.ends_with('"');
  return quoted ? field.substr(1, field.size() - 2) : field;
}

Number number_in(std::string_view field) { return read_number(unquoted(field)); }

bool holds_names(const Row& row) {
  bool any = false;
  for (const std::string_view field : row.fields) {
    const Kind kind = number_in(field).kind;
    if (kind != Kind::text && kind != Kind::empty) return false;
    any = any || kind == Kind::text;
  }
  return any;
}

bool are_empty(const Row& row, std::size_t from) {
  return std::all_of(row.fields.begin() + static_cast<std::ptrdiff_t>(from), row.fields.end(),
                     [](std::string_view field) { return field.empty(); });
}

bool all_have(const Rows& rows, std::size_t fields) {
  return std::all_of(rows.begin() + 1, rows.end(),
                     [&](const Row& row) { return row.fields.size() == fields; });
}

// The first row that has as many fields as most of them.
std::size_t start_of_table(const Rows& rows) {
  std::map<std::size_t, std::size_t> counts;
  for (const Row& row : rows) ++counts[row.fields.size()];
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](auto& a, auto& b) { return a.second < b.second; });
  return static_cast<std::size_t>(
      std::find_if(rows.begin(), rows.end(),
                   [&](const Row& row) { return row.fields.size() == most->first; }) -
      rows.begin());
}

// Whether the first column numbers the rows, or holds texts: R writes the names of rows there.
bool first_column_names_rows(const Rows& rows) {
  bool counts = true, texts = true;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const Number number = number_in(rows[i].fields[0]), before = number_in(rows[i - (i > 1)].fields[0]);
    texts = texts && number.kind == Kind::text;
    counts = counts && number.kind == Kind::number && (i == 1 || number.value == before.value + 1);
  }
  return counts || texts;
}

// "0,0.36,0.36": a field in quotes that is a whole line.
bool is_quoted_line(const Row& row) {
  if (row.fields.size() != 1 || !row.fields[0].starts_with('"')) return false;
  std::string_view rest = unquoted(row.fields[0]);
  const Kind kind = read_number(rest).kind;
  if (kind == Kind::number || kind == Kind::thousands) return false;
  std::size_t parts = 0;
  for (; !rest.empty(); ++parts) {
    const std::size_t end = std::min(rest.find_first_of(",;\t|"), rest.size());
    if (number_in(trimmed(rest.substr(0, end))).kind != Kind::number) return false;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return parts > 1;
}

[[noreturn]] void fail_length(const std::string& path, const Row& row, std::size_t fields,
                              const std::string& hint) {
  tg::fail("csv", "{}, line {}: the number of fields is {}; it must be {}, {}", path, row.line,
           row.fields.size(), fields, hint);
}

// Lines above the names, if there are any: a title, a report, what a logger writes about itself.
void check_title(const std::string& path, const Rows& rows) {
  const std::size_t start = start_of_table(rows), fields = rows[0].fields.size();
  if (start == 0) return;
  if (start == 1 && fields > 1 && !holds_names(rows[1])) return;
  if (start > 1 && fields > 1 && rows[1].fields.size() == fields && !holds_names(rows[1])) return;
  fail_length(path, rows[start], fields,
              start == 1 ? fmt::format("as in line {}. If that is a title, begin it with # or delete it",
                                       rows[0].line)
                         : fmt::format("as in line {}. If the lines {} to {} are a title or a report, "
                                       "delete the lines above the names",
                                       rows[0].line, rows[0].line, rows[start - 1].line));
}

std::string hint_for(const Split& split, std::size_t at) {
  const Rows& rows = split.rows;
  const std::size_t fields = rows[0].fields.size(), got = rows[at].fields.size();
  const std::string as = "as in the first row. ";
  if (is_quoted_line(rows[at])) return as + "The line stands in double quotes as a whole; take them off";
  if (sums_up(unquoted(rows[at].fields[0]), true))
    return as + "It looks like a row of totals; delete the line";
  if (got > fields && are_empty(rows[at], fields))
    return as + fmt::format("The line ends in a separator, and line {} does not. Take it off", rows[0].line);
  if (got < fields && are_empty(rows[0], got))
    return as + fmt::format("Line {} ends in a separator, and this one does not. Take it off", rows[0].line);
  if (at > 1 && got == 1 && number_in(rows[at].fields[0]).kind == Kind::text)
    return as + "If the line is a note, delete it";
  if (at > 1 && rows[at].blank_before > 0)
    return as + fmt::format("Another table seems to begin after the blank line {}; keep one in a file",
                            rows[at].blank_before);
  if (split.separator == ',' && got == 2 * fields && all_have(rows, got))
    return as +
           "Numbers need a decimal point, as in 1.5, where commas separate: each line has twice as many "
           "fields as the first row";
  if (at == 1 && got == fields + 1 && all_have(rows, got))
    return as + (first_column_names_rows(rows) ? "If the first column has no name, give it one"
                                               : "A name is missing, or each line has a field too many");
  if (split.separator == ',' && got > fields)
    return as + "Numbers need a decimal point, as in 1.5, where commas separate";
  return as.substr(0, as.size() - 2);
}

// The numbers of a column in some rows.
struct Range {
  double low = HUGE_VAL, high = -HUGE_VAL;
  bool numbers = true, rises = true;
};

Range range_of(const Rows& rows, std::size_t column, std::size_t start, std::size_t stop) {
  Range range;
  for (std::size_t at = start; at < stop; ++at) {
    const Number number = number_in(rows[at].fields[column]);
    range.numbers = range.numbers && number.kind == Kind::number;
    range.rises = range.rises && number.value > range.high;
    range.low = std::min(range.low, number.value);
    range.high = std::max(range.high, number.value);
  }
  return range;
}

// Whether the rows since the last blank line and the one after it are parts of different tables.
void check_part(const std::string& path, const Rows& rows, std::size_t start, std::size_t next) {
  std::size_t stop = next + 1;
  while (stop < rows.size() && rows[stop].blank_before == 0) ++stop;
  const Row &last = rows[next - 1], &row = rows[next];
  const auto fail = [&](const std::string& what) {
    tg::fail("csv",
             "{}, line {}: after the blank line {}, {}; keep one table in a file. If it is one table, take "
             "the blank line out",
             path, row.line, row.blank_before, what);
  };
  for (std::size_t column = 0; column < row.fields.size(); ++column) {
    const Number first = number_in(row.fields[column]);
    if (holds_names(row) && first.kind == Kind::text && number_in(last.fields[column]).kind == Kind::number)
      fail(fmt::format("\"{}\" stands under numbers, so another table seems to begin",
                       tg::shown(row.fields[column], 30)));
    if (next - start < 5 || first.kind != Kind::number) continue;
    const Range before = range_of(rows, column, start, next), after = range_of(rows, column, next, stop);
    if (!before.numbers || !after.numbers) continue;
    if (before.rises && first.value <= before.low)
      fail(fmt::format("column {} begins anew with {}, so another table seems to begin", column + 1,
                       first.value));
    const double apart = std::max(after.low - before.high, before.low - after.high);
    if (stop - next >= 5 && !(before.rises && after.rises) &&
        apart > std::max(before.high - before.low, after.high - after.low))
      fail(fmt::format("column {} goes from {} to {} and went from {} to {}, so another table seems to begin",
                       column + 1, after.low, after.high, before.low, before.high));
  }
}

}  // namespace

void drop_empty_ends(Split& split) {
  Rows& rows = split.rows;
  if (rows.size() < 2 || split.separator == ' ' || !holds_names(rows[0])) return;
  const std::size_t names = rows[0].fields.size(), fields = rows[1].fields.size();
  if (names == fields || !all_have(rows, fields)) return;
  const std::size_t kept = std::min(names, fields);
  const bool in_rows = fields > names;
  if (in_rows ? std::any_of(rows.begin() + 1, rows.end(), [&](Row& row) { return !are_empty(row, kept); })
              : !are_empty(rows[0], kept))
    return;
  for (Row& row : rows) row.fields.resize(kept);
  split.dropped = in_rows ? fmt::format("the empty end of each line but line {}", rows[0].line)
                          : fmt::format("the empty end of line {}", rows[0].line);
}

void check_rows(const std::string& path, const Split& split) {
  const Rows& rows = split.rows;
  const auto arff = std::find_if(rows.begin(), rows.end(), [](const Row& row) {
    return row.fields[0].starts_with("@relation") || row.fields[0].starts_with("@RELATION");
  });
  if (arff != rows.end())
    tg::fail(
        "csv",
        "{}, line {}: the file is in Weka's format ARFF; delete the lines up to @data, and write the names "
        "of the columns there, with commas between",
        path, arff->line);
  const std::string_view begin = rows[0].fields[0];
  if (begin == "[" || begin == "{" || begin.starts_with("[{") || begin.starts_with("{\""))
    tg::fail("csv",
             "{}, line {}: the file looks like JSON; a table is needed. With pandas: "
             "read_json(..).to_csv(.., index=False)",
             path, rows[0].line);
  const std::size_t fields = rows[0].fields.size();
  const auto quoted = std::find_if(rows.begin(), rows.end(), is_quoted_line);
  if (quoted != rows.end() && fields == 1)
    tg::fail("csv", "{}, line {}: the line stands in double quotes as a whole: {}; take them off", path,
             quoted->line, tg::shown(quoted->fields[0], 30));
  if (!all_have(rows, fields)) {
    const auto other =
        std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.fields.size() != fields; });
    if (!is_quoted_line(*other)) check_title(path, rows);
    fail_length(path, *other, fields, hint_for(split, static_cast<std::size_t>(other - rows.begin())));
  }
  // The first row may hold names, which are no part of what rises.
  std::size_t start = 1;
  for (std::size_t next = 2; next < rows.size(); ++next) {
    if (rows[next].blank_before == 0) continue;
    check_part(path, rows, start, next);
    start = next;
  }
}

}  // namespace lesson::csv
