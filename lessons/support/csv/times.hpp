// Columns of dates, times of day and codes that are written like numbers.
#pragma once
#include <cstddef>
#include <string>

#include "support/csv/sheet.hpp"

namespace lesson::csv {

/// What a column of numbers seems to hold instead, with an example: "days and months: 1.1", "times of day:
/// 9.15" or "915", "years and months: 2010.01", "codes: 1E50". Empty where it may hold numbers. All fields
/// must have the form, with two digits for minutes, and either the column's name speaks of time and the rows
/// go on in that order, or ten rows do and are not in the order, or at the distances, of numbers.
std::string written_as_number(const Sheet& sheet, std::size_t column);

}  // namespace lesson::csv
