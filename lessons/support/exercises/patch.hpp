// Wrong answers are kept as changes of the solution: what stands in them is the misconception.
#pragma once
#include <string>
#include <string_view>

namespace exercises {

/// The text after the changes of a patch, which stand in the order of the text. A change begins at a line
/// `@@`. Its lines that begin with `-` or a space must follow the change before, just once; those that begin
/// with `+` or a space take their place. A unified diff is a patch too: its numbers are not read.
std::string patched(std::string_view text, std::string_view patch);

}  // namespace exercises
