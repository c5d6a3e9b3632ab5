// Tables written as CSV.
#pragma once
#include <string>
#include <vector>

namespace lesson {

/// The fields with commas between and a line feed at the end; a field that holds a comma, a quote or the end
/// of a line stands in quotes.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace lesson
