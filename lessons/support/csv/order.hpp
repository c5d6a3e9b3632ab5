// Whether the rows of a table are one series, from the oldest row to the newest.
#pragma once
#include <string>
#include <vector>

#include "support/csv/columns.hpp"
#include "support/csv/sheet.hpp"

namespace lesson::csv {

/// What speaks against it, a sentence each without a full stop. A column of dates, or of numbers that are
/// even once they are sorted, falls, is out of order, repeats or has holes. A text, or a whole number, stands
/// in blocks, or a count begins anew, as where a file holds several series. `left_out` says for each column
/// why it is left out, or nothing.
std::vector<std::string> doubts_about_order(const Sheet& sheet, const std::vector<Column>& columns,
                                            const std::vector<std::string>& left_out);

}  // namespace lesson::csv
