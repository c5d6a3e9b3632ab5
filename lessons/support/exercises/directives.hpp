// What an answer may ask of the preprocessor. Each function gives a sentence about the first thing that is
// wrong, or nothing.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace judge {

/// An answer's own text: its directives, and what it includes.
std::string wrong_directive(std::string_view source);

/// The files that were opened while the answer was compiled: those of the engine, of not_done_yet.hpp and of
/// the compiler's `system` folders are allowed.
std::string wrong_file(const std::vector<std::string>& entered, const std::vector<std::string>& system);

}  // namespace judge
