// Whether the rows of a file make one table.
#pragma once
#include <string>

#include "support/csv/split.hpp"

namespace lesson::csv {

/// Takes off the empty fields that separators at the ends of lines make, where each row has them but that of
/// the names, or that of the names alone. Then `split.dropped` says so.
void drop_empty_ends(Split& split);

/// Error, with the line and what it may be, when a row differs in length: a title, a name too few, decimal
/// commas, a total, a second table, a line in quotes as a whole. Error too when another table begins after a
/// blank line: with names, or with a column that begins anew.
void check_rows(const std::string& path, const Split& split);

}  // namespace lesson::csv
