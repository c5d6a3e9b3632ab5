// Whether the columns that are to be used hold plain numbers, all written in one way.
#pragma once
#include <string>
#include <vector>

#include "support/csv/columns.hpp"
#include "support/csv/sheet.hpp"

namespace lesson::csv {

/// Error, with the place and what to do, at the first field that is no number; when some numbers of a
/// column have a percent sign; when a table has decimal commas and points, or a comma of which nobody knows
/// or a point that may separate thousands; and when a number looks like a mark for a missing one, unless
/// `missing` is "none".
void check_columns(const Sheet& sheet, const std::vector<Column>& columns,
                   const std::vector<std::size_t>& used, const std::string& missing);

}  // namespace lesson::csv
