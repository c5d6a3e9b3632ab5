// Rows that sum up others, as spreadsheets and reports have them.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "support/csv/sheet.hpp"

namespace lesson::csv {

/// Whether a label says that its row sums up others: "TOTAL", "Year total", "Gesamt 2020"; of the last row
/// "Total sales" too.
bool sums_up(std::string_view label, bool is_last);

/// Error, with the line and the label, when a row that would be read looks like a total or a mean of others:
/// by a label in any column, or since the last row has no label, or each of its numbers is the sum of those
/// above. `used` are the columns that are read.
void check_totals(const Sheet& sheet, const std::vector<std::size_t>& used);

}  // namespace lesson::csv
