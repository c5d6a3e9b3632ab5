// Names that a compiler does not know, and what was probably meant.
#pragma once
#include <string>
#include <vector>

#include "support/exercises/tokens.hpp"

namespace judge {

/// A sentence about the unknown name in a compiler's message, which comes without quotes, `const` and `tg::`.
/// Empty where the message is about something else. The engine's names are read from the headers below the
/// folder tinygrad_cpp.
std::string unknown_name(const std::string& message, const std::vector<Token>& answer);

}  // namespace judge
