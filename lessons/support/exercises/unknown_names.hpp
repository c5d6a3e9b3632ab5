// Names that a compiler does not know, and what was probably meant.
#pragma once
#include <string>
#include <vector>

#include "support/exercises/tokens.hpp"

namespace judge {

/// A sentence about the unknown name in a compiler's message, without quotes, `const` and `tg::`; "" where the
/// message is about something else. The engine's names come from its headers, below the folder tinygrad_cpp.
std::string unknown_name(const std::string& message, const std::vector<Token>& answer);

}  // namespace judge
